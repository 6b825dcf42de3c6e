import { GraphDriverError } from '../../domain/errors.js';
import { findFlaws } from '../../domain/fsck/find-flaws.js';
import { type Flaw, flawKey } from '../../domain/fsck/flaw.js';
import type { Mend } from '../../domain/fsck/mend.js';
import { fsckRule } from '../../domain/fsck/rules.js';
import { indexStore } from '../../domain/fsck/store-index.js';
import type { StoreSurvey } from '../../domain/fsck/survey.js';
import { goQuote } from '../../domain/go/quote.js';
import { isAbs } from '../../domain/go/path.js';
import type { Ports } from '../ports.js';
import { applyMend, undoMend } from './apply-mend.js';
import { type SurveyRequest, takeSurvey } from './take-survey.js';

/** What a driver at work was in the midst of is over then. */
const SECOND_LOOK_MS = 200;

/**
 * What a look at a home found.
 *
 * @public
 * @since 0.1.0
 */
export interface StoreReport {
  readonly home: string;
  readonly layers: number;
  /** Ids of layers that are mounted, here or in another mount namespace. */
  readonly mounted: readonly string[];
  readonly flaws: readonly Flaw[];
}

/**
 * A home to be looked over and mended by a driver's rules, without a driver: nothing is started,
 * probed or mounted.
 *
 * @public
 * @since 0.1.0
 */
export class Store {
  readonly #ports: Ports;
  readonly #request: SurveyRequest;

  constructor(ports: Ports, request: SurveyRequest) {
    this.#ports = ports;
    this.#request = request;
  }

  /**
   * Looks at the home, twice where something is wrong: in a home that is in use only what both
   * looks found is told.
   *
   * @throws SyscallError of what cannot be read.
   * @throws GraphDriverError of code `no-home` for a directory that no driver has made.
   */
  async check(): Promise<StoreReport> {
    const { home } = this.#request;
    if (!isAbs(home)) {
      const text = `home is not an absolute path: ${goQuote(home)}`;
      throw new GraphDriverError('relative-home', text);
    }
    const survey = await takeSurvey(this.#ports, this.#request);
    refuseOther(survey);
    const first = findFlaws(survey);
    if (!first.some(({ rule }) => fsckRule(rule).severity !== 'info')) return report(survey, first);
    await this.#ports.clock.sleep(SECOND_LOOK_MS);
    const again = await takeSurvey(this.#ports, this.#request);
    const before = new Set(first.map(flawKey));
    return report(
      again,
      findFlaws(again).filter((flaw) => before.has(flawKey(flaw))),
    );
  }

  /**
   * Does one mend.
   *
   * @param asideDirectory - absolute; where leftovers are moved to.
   * @throws ChangedMeanwhileError; SyscallError.
   */
  mend(mend: Mend, asideDirectory: string): Promise<void> {
    return applyMend({ fs: this.#ports.fs, home: this.#request.home, asideDirectory }, mend);
  }

  /**
   * Takes one mend back.
   *
   * @throws ChangedMeanwhileError; SyscallError.
   */
  undo(mend: Mend, asideDirectory: string): Promise<void> {
    return undoMend({ fs: this.#ports.fs, home: this.#request.home, asideDirectory }, mend);
  }
}

/** Without `l` and without anything like a layer it is some other directory. */
function refuseOther({ home, links, entries, layers }: StoreSurvey): void {
  const isLayer = layers.some((layer) => layer.entries.has('diff') || layer.link !== undefined);
  if (links !== undefined || isLayer) return;
  const inside = entries.some(({ name }) => name === 'overlay2') ? '; its overlay2 may be one' : '';
  const text = `${home} is no home of an overlay2 driver: it has neither l nor layers${inside}`;
  throw new GraphDriverError('no-home', text);
}

function report(survey: StoreSurvey, flaws: readonly Flaw[]): StoreReport {
  const { layers, mounted } = indexStore(survey);
  return { home: survey.home, layers: layers.size, mounted: [...mounted], flaws };
}
