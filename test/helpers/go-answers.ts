/** Answers of Go that were recorded once, so that they can be compared where no Go is. */
import { readFileSync } from 'node:fs';

/** Inputs of one call and what Go gave: a value, or `{ error }` with the text. */
export interface GoAnswer {
  readonly inputs: readonly string[];
  readonly answer: unknown;
}

const FILE = new URL('../fixtures/go/answers.json', import.meta.url);

/** Gives the recorded answers of one function. */
export function goAnswers(name: string): readonly GoAnswer[] {
  const recorded = JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, unknown[][]>;
  const rows = recorded[name];
  if (rows === undefined) throw new Error(`no answers of Go are recorded for ${name}`);
  return rows.map((row) => ({ inputs: row.slice(0, -1) as string[], answer: row.at(-1) }));
}

/** Gives what a call returns, or `{ error }` with the message of what it throws. */
export function outcomeOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** Gives our answers to the recorded inputs, in the shape of the recorded ones. */
export function answersOf(
  recorded: readonly GoAnswer[],
  call: (...inputs: string[]) => unknown,
): readonly GoAnswer[] {
  return recorded.map(({ inputs }) => ({ inputs, answer: outcomeOf(() => call(...inputs)) }));
}
