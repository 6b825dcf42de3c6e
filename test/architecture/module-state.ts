import ts from 'typescript';
import { complain, type Complaint, type SourceFile } from './source-files.js';

const MUTABLE_CLASSES: readonly string[] = ['Map', 'Set', 'WeakMap', 'WeakSet', 'Array'];

/**
 * Says where a module keeps state: a `let` or `var` of its own, or a constant that holds a
 * collection which its type lets anyone change.
 */
export function findModuleState(file: SourceFile): readonly Complaint[] {
  return file.statements.filter(ts.isVariableStatement).flatMap(({ declarationList }) => {
    const isConst = (declarationList.flags & ts.NodeFlags.Const) !== 0;
    return declarationList.declarations
      .filter((declaration) => !isConst || isMutableCollection(declaration))
      .map((node) => complain(file, node, `keeps ${node.name.getText(file)} in the module`));
  });
}

function isMutableCollection({ type, initializer }: ts.VariableDeclaration): boolean {
  // A written type decides alone: whoever wants readers only says so there.
  if (type !== undefined) return isMutableType(type);
  if (initializer === undefined) return false;
  if (ts.isArrayLiteralExpression(initializer)) return true;
  return (
    ts.isNewExpression(initializer) && MUTABLE_CLASSES.includes(initializer.expression.getText())
  );
}

function isMutableType(type: ts.TypeNode): boolean {
  if (ts.isArrayTypeNode(type)) return true;
  return ts.isTypeReferenceNode(type) && MUTABLE_CLASSES.includes(type.typeName.getText());
}
