import { pathToFileURL } from 'node:url';
import {
  describeMend,
  FSCK_RULES,
  type FsckSeverity,
  type StoreReport,
} from '../../composition.js';
import type { FsckFinding } from './finding.js';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';
const LEVELS: Readonly<Record<FsckSeverity, 'error' | 'warning' | 'note'>> = Object.freeze({
  error: 'error',
  warning: 'warning',
  info: 'note',
});

/**
 * Gives findings as a SARIF 2.1.0 log: the catalogue of rules, and a result for each finding with
 * its place in the home.
 *
 * @source OASIS SARIF 2.1.0, sections 3.13 to 3.52
 * @internal
 */
export function toSarif(
  { home }: StoreReport,
  findings: readonly FsckFinding[],
  version: string,
): object {
  const rules = FSCK_RULES.map(({ id, severity, quirk, title, effect, remedy }) => ({
    id,
    shortDescription: { text: title },
    fullDescription: { text: `${title}. What it causes: ${effect}.` },
    help: { text: `Mend: ${remedy}.` },
    defaultConfiguration: { level: LEVELS[severity] },
    ...(quirk === undefined ? {} : { properties: { tags: [quirk] } }),
  }));
  const driver = { name: 'overlay2-ref fsck', semanticVersion: version, version, rules };
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver },
        originalUriBaseIds: { HOME: { uri: `${pathToFileURL(home).href}/` } },
        columnKind: 'utf16CodeUnits',
        results: findings.map(resultOf),
      },
    ],
  };
}

function resultOf(finding: FsckFinding): object {
  const { rule, severity, path, found, effect, layer, quirk, mend, remedy } = finding;
  const mending = mend === undefined ? remedy : describeMend(mend);
  return {
    ruleId: rule,
    ruleIndex: FSCK_RULES.findIndex(({ id }) => id === rule),
    level: LEVELS[severity],
    message: { text: `${path}: ${found}. It causes: ${effect}. Mend: ${mending}.` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: {
            uri: path.split('/').map(encodeURIComponent).join('/'),
            uriBaseId: 'HOME',
          },
        },
        ...(layer === undefined ? {} : { logicalLocations: [{ name: layer, kind: 'layer' }] }),
      },
    ],
    partialFingerprints: { 'rulePathFound/v1': `${rule}:${path}:${found}` },
    properties: {
      mendable: mend !== undefined,
      ...(quirk === undefined ? {} : { quirk }),
      ...(layer === undefined ? {} : { layer }),
    },
  };
}
