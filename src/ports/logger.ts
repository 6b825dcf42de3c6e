/** Severity, as logrus names it. */
export type LogLevel = 'debug' | 'info' | 'warning' | 'error';

/** Where the driver says what moby logs. */
export interface Logger {
  log(level: LogLevel, message: string): void;
}
