/**
 * A machine in memory: its kernel, its file systems, its mounts, and ports onto it. It needs
 * neither root nor Linux, and does the same for the same seed.
 *
 * @packageDocumentation
 */
export { type KernelFacts, kernelFactsOf } from './adapters/fake/kernel-facts.js';
export {
  FIRST_NAMESPACE,
  Machine,
  type MachineOptions,
  type NamespaceId,
} from './adapters/fake/machine.js';
export { createFakePorts, type FakePorts, type FakePortsOptions } from './adapters/fake/ports.js';
export { composeFake, type ComposedFakeDriver, type ComposeFakeOptions } from './composition.js';
