/** A source of random bytes, so that a run is a function of its seed. */
export interface Random {
  /** Gives up to `length` bytes; fewer when the source fails midway; fails with a SyscallError. */
  bytes(length: number): Promise<Uint8Array>;
}
