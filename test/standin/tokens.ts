/** API tokens: whether one is usable, and the answer of `/user/tokens/verify`. */
import { failure, jsonReply, type Reply } from './envelope';
import type { Settings } from './settings';
import type { ApiToken } from './sign-in-types';

/** The status of a token at a time in ms: an active one expires at `expiresOn`. */
function statusOf({ status, expiresOn }: ApiToken, now: number): ApiToken['status'] {
  const over = expiresOn !== undefined && Date.parse(expiresOn) <= now;
  return status === 'active' && over ? 'expired' : status;
}

/** Whether a token is accepted at a time in ms from an IP address, apart from verify. */
export function isUsable(token: ApiToken, now: number, address: string): boolean {
  const early = token.notBefore !== undefined && Date.parse(token.notBefore) > now;
  const allowed = token.allowedAddresses?.includes(address) ?? true;
  return statusOf(token, now) === 'active' && !early && allowed;
}

/** The refusal of verify: unknown tokens and those owned by accounts. */
export const invalidToken = (): Reply =>
  failure(401, [{ code: 1000, message: 'Invalid API Token' }]);

/**
 * The answer of verify. As in reality, this success has a message whose code, 10000, is also an error code
 * (putyourlightson/craft-cloudflare#88). The message for other statuses is our choice.
 */
export function verifyAnswer(token: ApiToken, settings: Settings, now: number): Reply {
  const status = statusOf(token, now);
  if (status !== 'active' && settings.verifyInactive === 'refuse') return invalidToken();
  const text = status === 'active' ? 'valid and active' : status;
  const message = { code: 10000, message: `This API Token is ${text}`, type: null };
  const { id, expiresOn, notBefore } = token;
  const result = {
    id,
    status,
    ...(expiresOn === undefined ? {} : { expires_on: expiresOn }),
    ...(notBefore === undefined ? {} : { not_before: notBefore }),
  };
  return jsonReply(200, { success: true, errors: [], messages: [message], result });
}
