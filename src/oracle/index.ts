/**
 * The judge: sequences of operations, the model that says what is right, and reports. It is handed
 * a target and makes none.
 *
 * @packageDocumentation
 */
export type * from './commands/answer.js';
export type * from './commands/operation.js';
export type * from './commands/sequence.js';
export * from './generate/generate-sequence.js';
export * from './judge/campaign.js';
export * from './judge/divergence.js';
export * from './judge/run-sequence.js';
export * from './model/model.js';
export * from './protocol/methods.js';
export * from './protocol/reply.js';
export * from './report/check-report.js';
export * from './report/format-operation.js';
export * from './report/format-report.js';
export * from './report/junit.js';
export * from './report/merge-reports.js';
export * from './report/replay-token.js';
export * from './report/shell-script.js';
export * from './shrink/shrink-sequence.js';
export type * from './targets/sequence-target.js';
export type * from './targets/target.js';
