import ts from 'typescript';
import { complain, type Complaint, type SourceFile } from './source-files.js';

/** The most lines that a file may have. */
const FILE_LINES_MAX = 400;
/** The most lines that a function may have, its own braces included. */
const FUNCTION_LINES_MAX = 70;
/** The most characters that a line may have. */
const LINE_COLUMNS_MAX = 100;

/** Says where a file, or a line of it, is too long. */
export function findLongFileAndLines(file: SourceFile): readonly Complaint[] {
  const lines = file.text.replace(/\n$/, '').split('\n');
  const long = lines.flatMap((line, index) => {
    const columns = [...line].length;
    const place = `${file.fileName}:${index + 1}`;
    return columns > LINE_COLUMNS_MAX ? [`${place} has ${columns} columns`] : [];
  });
  if (lines.length > FILE_LINES_MAX) long.push(`${file.fileName} has ${lines.length} lines`);
  return long;
}

/** Says which functions of a file are too long. */
export function findLongFunctions(file: SourceFile): readonly Complaint[] {
  const complaints: Complaint[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) {
      const lines = lineOf(file, node.getEnd()) - lineOf(file, node.getStart(file)) + 1;
      if (lines > FUNCTION_LINES_MAX) {
        complaints.push(complain(file, node, `is a function of ${lines} lines`));
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return complaints;
}

function lineOf(file: SourceFile, position: number): number {
  return file.getLineAndCharacterOfPosition(position).line;
}
