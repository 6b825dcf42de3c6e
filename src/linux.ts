/**
 * This machine: ports onto its kernel through koffi, which has to be installed. It is loaded when
 * ports are made, not before.
 *
 * @packageDocumentation
 */
export {
  createLinuxPorts,
  type LinuxPorts,
  type LinuxPortsOptions,
} from './adapters/linux/ports.js';
export {
  type Backend,
  composeLinux,
  composeLinuxHost,
  composeLinuxReader,
  type ComposedDriver,
  type ComposedHost,
  type ComposedReader,
  type ComposeLinuxOptions,
  type ComposeLinuxReaderOptions,
  type LinuxHostOptions,
} from './composition.js';
export type { Store, StoreReport } from './driver/fsck/store.js';
