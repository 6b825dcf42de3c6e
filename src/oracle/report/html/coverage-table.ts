import { coverageOf } from '../../coverage/coverage.js';
import type { CheckReport } from '../check-report.js';
import { type Html, markup } from './html.js';
import { stackTable } from './stack-table.js';

/**
 * Gives what of the model was reached: a row for each operation, a cell for each outcome.
 *
 * @internal
 */
export function coverageTable({ judgeProfile, cells: counts }: CheckReport): Html {
  const { cells, missed, unlisted } = coverageOf(judgeProfile, counts);
  const rows = new Map<string, (readonly [outcome: string, count: number])[]>();
  const others = unlisted.map((cell) => [cell, counts[cell] ?? 0] as const);
  for (const [cell, count] of [...cells, ...others]) {
    const [operation = '', outcome = ''] = cell.split(': ');
    rows.set(operation, [...(rows.get(operation) ?? []), [outcome, count]]);
  }
  const heads = ['operation', 'reached', 'outcomes, and how often'];
  const told = [...rows].map(([operation, outcomes]) => row(operation, outcomes));
  return markup`<section>
    <h2>Coverage</h2>
    <p>${cells.length - missed.length} of ${cells.length} cells of the model were reached.</p>
    ${stackTable({ label: 'coverage', heads, rows: told })}
  </section>`;
}

function row(operation: string, outcomes: readonly (readonly [string, number])[]): Html {
  const reached = outcomes.filter(([, count]) => count > 0).length;
  const cells = outcomes.map(([outcome, count]) =>
    count === 0
      ? markup`<li class="missed">${outcome}: missed</li>`
      : markup`<li>${outcome}: ${count}</li>`,
  );
  return markup`<tr>
    <th scope="row">${operation}</th>
    <td data-name="reached">${reached} of ${outcomes.length}</td>
    <td>
      <ul class="cells">
        ${cells}
      </ul>
    </td>
  </tr>`;
}
