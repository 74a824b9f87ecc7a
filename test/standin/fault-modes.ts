/** The names of all faults the stand-in can show, and which of them only make sense for a PUT. */

/**
 * Unless its name says `put`, a fault strikes before the request has any effect.
 * - `put-reply-lost`, `put-reply-stalled`, `put-applied-502`: the PUT is applied, the caller is not told.
 * - `validation-error`: a PUT refused with `source.pointer`.
 * - `stores-differently`: the PUT alters `business_phone` on the way in, and succeeds.
 * - `success-messages`: success with `messages` carrying `documentation_url` (a PUT gets 200 and JSON then).
 * - `odd-errors-*`: `errors` of a shape the schema does not allow.
 */
export const faultModes = [
  '502-branded-html',
  '502-nginx-html',
  '503-text',
  '504-text',
  '500-empty',
  '520-html',
  '525-html',
  '200-html',
  '200-portal-html',
  '200-success-false',
  '200-result-null',
  'truncated-json',
  'cut-body',
  'stalled-body',
  'stalled-headers',
  'reset',
  'redirect-307',
  'put-reply-lost',
  'put-reply-stalled',
  'put-applied-502',
  '429-retry-300',
  '429-retry-1',
  '429-retry-0',
  '429-no-retry',
  '403-9103',
  '403-10000',
  '403-9109',
  '400-6003',
  '400-9106',
  'validation-error',
  'odd-errors-object',
  'odd-errors-entries',
  'stores-differently',
  'success-messages',
] as const;
export type FaultMode = (typeof faultModes)[number];

/** Faults that mean nothing but for a PUT: they pass other requests by. */
export const putOnly: ReadonlySet<FaultMode> = new Set<FaultMode>([
  'put-reply-lost',
  'put-reply-stalled',
  'put-applied-502',
  'validation-error',
  'stores-differently',
]);

/** Faults during which the answer never ends; the caller has to give up by itself. */
export const neverEnding: ReadonlySet<FaultMode> = new Set<FaultMode>([
  'stalled-body',
  'stalled-headers',
  'put-reply-stalled',
]);
