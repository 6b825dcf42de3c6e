/**
 * Establishes that ports are vocabulary alone: a module of src/ports declares and imports types,
 * so that nothing of it is left at run time.
 */
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { complain, parse, readSourceFiles, type SourceFile } from './source-files.js';

function findRunTimeCode(file: SourceFile): readonly string[] {
  return file.statements
    .filter((statement) => !isTypeOnly(statement))
    .map((statement) => complain(file, statement, 'is code'));
}

function isTypeOnly(statement: ts.Statement): boolean {
  if (ts.isImportDeclaration(statement)) {
    return statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
  }
  if (ts.isExportDeclaration(statement)) return statement.isTypeOnly;
  return ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
}

describe('the ports', () => {
  it('have no run-time code', () => {
    expect(readSourceFiles(['src/ports']).flatMap(findRunTimeCode)).toEqual([]);
  });
});

describe('the ports check', () => {
  it.each(['export const x = 1;', "import { x } from './x.js';", "export { x } from './x.js';"])(
    'reports %s',
    (text) => {
      expect(findRunTimeCode(parse('port.ts', text))).toEqual(['port.ts:1 is code']);
    },
  );

  it('passes types', () => {
    const text = "import type { A } from './a.js';\nexport type { A };\nexport interface B {}\n";

    expect(findRunTimeCode(parse('port.ts', text))).toEqual([]);
  });
});
