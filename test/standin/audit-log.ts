/**
 * What the audit logs of organizations and accounts contain: who changed which profile. Shapes:
 * resources/organizations/logs/audit and resources/accounts/logs/audit of the npm package `cloudflare` 7.3.0. That
 * writes of profiles appear in them is unverified.
 */
import { randomBytes } from 'node:crypto';
import type { AccountState } from './entry-types';

/** Who made a change. */
export interface AuditActor {
  id: string;
  email: string;
  type: 'user' | 'cloudflare_admin' | 'system';
  context: 'api' | 'api_key' | 'api_token' | 'dash' | 'oauth' | 'origin_ca_key';
  ip_address: string;
  /** Only with the context `api_token`. */
  token_id?: string;
  token_name?: string;
}

/** An entry as it appears in answers. */
export interface AuditEntry {
  id: string;
  action: { description: string; result: 'success' | 'failure'; time: string; type: string };
  actor: AuditActor;
  /** An entry has one of these: whose log it is in. */
  account?: { id: string; name: string };
  organization?: { id: string };
  raw: {
    cf_ray_id: string;
    method: string;
    status_code: number;
    uri: string;
    user_agent: string;
  };
  resource: {
    id: string;
    product: string;
    request: unknown;
    response: unknown;
    scope: string;
    type: string;
  };
}

/** A write of a profile. */
export interface Write {
  /** The organization or account. */
  id: string;
  actor: AuditActor;
  ray: string;
  method: string;
  status: number;
  uri: string;
  userAgent: string;
  /** The body of the request. */
  body: unknown;
  type: 'update' | 'delete';
  /** Milliseconds since 1970. */
  at: number;
}

/** Who edits a profile elsewhere, unless a test names someone. */
export const someoneElse: AuditActor & { userAgent: string } = {
  id: '5e0f1d2c3b4a59687786950413223140',
  email: 'erika@brightwater.example',
  type: 'user',
  context: 'dash',
  ip_address: '203.0.113.24',
  userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0',
};

/** A ray id as in the header `cf-ray`. */
export const newRay = () => `${randomBytes(8).toString('hex')}-FRA`;

/** The entry of a write, for the log of the organization or account through which it was made. */
export function entryOf(write: Write, accounts: Map<string, AccountState>): AuditEntry {
  const account = accounts.get(write.id);
  const { id, actor, ray, method, status, uri, userAgent, body, type, at } = write;
  const resource = account ? 'account_profile' : 'organization_profile';
  const product = account ? 'accounts' : 'organizations';
  return {
    id: randomBytes(16).toString('hex'),
    action: {
      description: `${type === 'update' ? 'Update' : 'Delete'} ${resource.replace('_', ' ')}`,
      result: 'success',
      time: new Date(at).toISOString(),
      type,
    },
    actor,
    ...(account ? { account: { id, name: account.name } } : { organization: { id } }),
    raw: { cf_ray_id: ray, method, status_code: status, uri, user_agent: userAgent },
    resource: {
      id,
      product,
      request: body,
      response: null,
      scope: product,
      type: resource,
    },
  };
}
