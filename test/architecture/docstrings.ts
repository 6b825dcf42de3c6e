import ts from 'typescript';
import { complain, type Complaint, type SourceFile } from './source-files.js';

/** Says which exports that a file declares itself have no docstring. */
export function findExportsWithoutDocstring(file: SourceFile): readonly Complaint[] {
  const exported = namesInExportLists(file);
  return file.statements.flatMap((statement) =>
    declarationsOf(statement)
      .filter(({ name }) => isExported(statement) || exported.has(name))
      .filter(() => !hasDocstring(statement))
      .map(({ node, name }) => complain(file, node, `exports ${name} without a docstring`)),
  );
}

interface Declared {
  readonly node: ts.Node;
  readonly name: string;
}

function declarationsOf(statement: ts.Statement): readonly Declared[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map((node) => ({
      node,
      name: node.name.getText(),
    }));
  }
  if (
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement)
  ) {
    // Of an overloaded function the first signature carries the docstring for all.
    if (ts.isFunctionDeclaration(statement) && isLaterOverload(statement)) return [];
    return [{ node: statement, name: statement.name?.text ?? 'default' }];
  }
  return [];
}

function isLaterOverload(statement: ts.FunctionDeclaration): boolean {
  const { statements } = statement.getSourceFile();
  const before = statements[statements.indexOf(statement) - 1];
  return (
    before !== undefined &&
    ts.isFunctionDeclaration(before) &&
    before.body === undefined &&
    before.name?.text === statement.name?.text
  );
}

function isExported(statement: ts.Statement): boolean {
  return (
    ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  );
}

/** The local names in `export { a, b }` of a file's own declarations. */
function namesInExportLists(file: SourceFile): ReadonlySet<string> {
  return new Set(
    file.statements
      .filter(ts.isExportDeclaration)
      .filter(({ moduleSpecifier }) => moduleSpecifier === undefined)
      .flatMap(({ exportClause }) =>
        exportClause !== undefined && ts.isNamedExports(exportClause)
          ? exportClause.elements.map(({ propertyName, name }) => (propertyName ?? name).text)
          : [],
      ),
  );
}

function hasDocstring(statement: ts.Statement): boolean {
  return ts
    .getJSDocCommentsAndTags(statement)
    .some((doc) => ts.isJSDoc(doc) && (ts.getTextOfJSDocComment(doc.comment) ?? '').trim() !== '');
}
