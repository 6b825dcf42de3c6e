/**
 * The forms that a report can be written in.
 *
 * @internal
 */
export const REPORT_FORMS = ['json', 'junit', 'tap', 'ctrf', 'html', 'summary'] as const;

/** Where reports go, by their form: absolute paths. */
export type ReportFiles = { readonly [Form in (typeof REPORT_FORMS)[number]]?: string };
