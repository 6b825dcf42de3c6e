/** Establishes that the SARIF log has what SARIF 2.1.0 demands, and what viewers go by. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, it } from 'vitest';
import { findingsOf } from '../../../../src/cli/fsck/finding.js';
import { toSarif } from '../../../../src/cli/fsck/sarif.js';
import { FSCK_RULES } from '../../../../src/domain/fsck/rules.js';
import type { StoreReport } from '../../../../src/driver/fsck/store.js';

const text = { type: 'object', required: ['text'], properties: { text: { minLength: 1 } } };
const id = { type: 'string', pattern: '^[a-z-]+$' };
const level = { enum: ['none', 'note', 'warning', 'error'] };

/** The part of the OASIS schema that concerns this log; nothing beyond it is allowed at the top. */
const ESSENTIALS = {
  type: 'object',
  required: ['version', 'runs'],
  additionalProperties: false,
  properties: {
    $schema: { type: 'string', format: 'uri' },
    version: { const: '2.1.0' },
    runs: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['tool', 'results'],
        properties: {
          tool: {
            type: 'object',
            required: ['driver'],
            properties: {
              driver: {
                type: 'object',
                required: ['name', 'rules'],
                properties: {
                  name: { type: 'string', minLength: 1 },
                  semanticVersion: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+' },
                  rules: {
                    type: 'array',
                    uniqueItems: true,
                    items: {
                      type: 'object',
                      required: ['id', 'shortDescription', 'fullDescription', 'help'],
                      properties: { id, shortDescription: text, fullDescription: text, help: text },
                    },
                  },
                },
              },
            },
          },
          originalUriBaseIds: {
            type: 'object',
            additionalProperties: {
              type: 'object',
              properties: { uri: { type: 'string', pattern: '^file:///.*/$' } },
            },
          },
          columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
          results: {
            type: 'array',
            items: {
              type: 'object',
              required: ['ruleId', 'ruleIndex', 'level', 'message', 'locations'],
              properties: {
                ruleId: id,
                ruleIndex: { type: 'integer', minimum: 0 },
                level,
                message: text,
                locations: {
                  type: 'array',
                  minItems: 1,
                  items: {
                    type: 'object',
                    properties: {
                      physicalLocation: {
                        type: 'object',
                        required: ['artifactLocation'],
                        properties: {
                          artifactLocation: {
                            type: 'object',
                            required: ['uri', 'uriBaseId'],
                            properties: { uri: { type: 'string', pattern: '^[^ :]+$' } },
                          },
                        },
                      },
                    },
                  },
                },
                partialFingerprints: {
                  type: 'object',
                  additionalProperties: { type: 'string' },
                },
              },
            },
          },
        },
      },
    },
  },
};

const REPORT: StoreReport = {
  home: '/var/lib/docker/overlay2',
  layers: 2,
  mounted: [],
  flaws: [
    { rule: 'committed-childless', layer: 'c', path: 'c/committed', found: 'it is committed' },
    { rule: 'link-empty', layer: 'a:b c', path: 'a:b c/link', found: 'link is empty' },
    { rule: 'mode-odd', path: '.', found: 'the home has mode 0755' },
  ],
};

const logOf = (report: StoreReport): Log => toSarif(report, findingsOf(report), '1.2.3') as Log;

interface Log {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly locations: readonly object[];
    }[];
  }[];
}

it('is valid, with findings and without', () => {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(ESSENTIALS);

  for (const report of [REPORT, { ...REPORT, flaws: [] }]) {
    validate(JSON.parse(JSON.stringify(logOf(report))));
    expect(validate.errors ?? []).toEqual([]);
  }
});

it('points from each result to its rule', () => {
  const [run] = logOf(REPORT).runs;

  expect(run?.tool.driver.rules).toHaveLength(FSCK_RULES.length);
  for (const { ruleId, ruleIndex } of run?.results ?? []) {
    expect(run?.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
  }
});

it('puts the worst first, with SARIF’s levels, and places relative to the home', () => {
  const results = logOf(REPORT).runs[0]?.results ?? [];

  expect(results.map((result) => result.level)).toEqual(['error', 'note', 'note']);
  expect(results[0]?.locations).toMatchObject([
    { physicalLocation: { artifactLocation: { uri: 'a%3Ab%20c/link', uriBaseId: 'HOME' } } },
  ]);
});
