import { GraphDriverError, messageOf } from '../../domain/errors.js';
import type { CampaignResult } from '../judge/campaign.js';
import type { RunSettings } from './check-report.js';

/** The version of the form. */
const STATE_VERSION = 1;

/** What a run that goes on must have in common with the one that was interrupted. */
export interface StateSettings extends RunSettings {
  readonly shard: string;
  readonly faults: string;
  readonly concurrency: string;
  /** What is compared, separated by commas; everything where absent. */
  readonly compare?: string;
}

/** A campaign that was interrupted. */
export interface CampaignState {
  readonly settings: StateSettings;
  /** Seconds of work so far. */
  readonly seconds: number;
  readonly result: CampaignResult;
}

/** Gives a state as text. */
export function writeCampaign({ settings, seconds, result }: CampaignState): string {
  const { cells, findings } = result;
  const whole = { ...result, cells: [...cells], findings: [...findings] };
  return `${JSON.stringify({ version: STATE_VERSION, settings, seconds, result: whole })}\n`;
}

/**
 * Reads what {@link writeCampaign} gave.
 *
 * @throws GraphDriverError of code `state` for anything else, and for another version.
 * @internal
 */
export function readCampaign(text: string, name: string): CampaignState {
  let read: (Partial<CampaignState> & { readonly version?: unknown }) | null;
  try {
    read = JSON.parse(text) as typeof read;
  } catch (error) {
    throw new GraphDriverError('state', `${name}: not JSON: ${messageOf(error)}`, { cause: error });
  }
  const { version, settings, seconds, result } = read ?? {};
  const isWhole = settings !== undefined && result !== undefined && seconds !== undefined;
  if (version !== STATE_VERSION || !isWhole) {
    throw new GraphDriverError('state', `${name}: not a check of version ${STATE_VERSION}`);
  }
  const { cells, findings, ...counts } = result;
  return {
    settings,
    seconds,
    result: { ...counts, cells: new Map(cells), findings: new Map(findings) },
  };
}

/**
 * Names the first setting in which two runs differ; nothing where they are the same.
 *
 * @internal
 */
export function differentSetting(
  a: StateSettings,
  b: StateSettings,
): keyof StateSettings | undefined {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])] as (keyof StateSettings)[];
  return keys.find((key) => a[key] !== b[key]);
}
