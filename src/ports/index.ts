/**
 * What a driver asks of its surroundings. Types alone: whoever implements them can run the driver.
 *
 * @packageDocumentation
 */
export type * from './clock.js';
export type * from './file-system.js';
export type * from './kernel-features.js';
export type * from './kernel.js';
export type * from './logger.js';
export type * from './mounter.js';
export type * from './quota.js';
export type * from './random.js';
export type { FileStat, Timestamp } from '../domain/host/file-stat.js';
