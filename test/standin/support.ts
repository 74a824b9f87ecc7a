/** Helpers of the tests of the stand-in itself: a stand-in that closes with its test, and two clients. */
import Cloudflare, { type ClientOptions } from 'cloudflare';
import { expect, onTestFinished } from 'vitest';
import {
  sampleSignIn,
  startStandin,
  type ApiToken,
  type Standin,
  type StandinOptions,
} from './index';

/** Starts a stand-in and closes it when the test ends. */
export async function startForTest(options: StandinOptions = {}): Promise<Standin> {
  const standin = await startStandin(options);
  onTestFinished(() => standin.close());
  return standin;
}

/** Cloudflare's official client. Every option is set that it would otherwise read from the environment. */
export function officialClient(standin: Standin, options: ClientOptions = {}): Cloudflare {
  const { email, key } = standin.signIns[0] ?? sampleSignIn;
  return new Cloudflare({
    apiEmail: email,
    apiKey: key,
    apiToken: null,
    userServiceKey: null,
    baseURL: standin.url,
    maxRetries: 0,
    logLevel: 'off',
    ...options,
  });
}

/** The email and API key headers of the first sign-in. */
export const keyHeaders = (standin: Standin): Record<string, string> => ({
  'x-auth-email': standin.signIns[0]?.email ?? '',
  'x-auth-key': standin.signIns[0]?.key ?? '',
});

/** Sends a request below `/client/v4`, with the key headers unless `init` has headers. Follows no redirects. */
export function send(standin: Standin, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = init.headers ?? keyHeaders(standin);
  return fetch(standin.url + path, { redirect: 'manual', ...init, headers });
}

/** The header of a token. */
export const bearer = ({ value }: ApiToken): Record<string, string> => ({
  authorization: `Bearer ${value}`,
});

/** The official client with a token instead of the key. */
export const officialClientWith = ({ value }: ApiToken, standin: Standin): Cloudflare =>
  officialClient(standin, { apiEmail: null, apiKey: null, apiToken: value });

/** Sends a PUT of an account's profile, with the first token unless there are other headers. */
export function putAccountProfile(
  standin: Standin,
  id: string,
  fields: object,
  headers: Record<string, string> = bearer(tokenOf(standin)),
) {
  const body = JSON.stringify(fields);
  const all = { ...headers, 'content-type': 'application/json' };
  return send(standin, `/accounts/${id}/profile`, { method: 'PUT', headers: all, body });
}

/** The first token of a stand-in, which a test may change in place. */
export function tokenOf(standin: Standin): ApiToken {
  const [token] = standin.tokens;
  if (!token) throw new Error('No sample token');
  return token;
}

/** The id of the sample account at an index. */
export function accountAt(standin: Standin, index: number): string {
  const id = [...standin.accounts.keys()][index];
  if (id === undefined) throw new Error(`No sample account ${index}`);
  return id;
}

/** Sends a PUT of a profile with this body. */
export function putProfile(standin: Standin, id: string, body: string, type = 'application/json') {
  const headers = { ...keyHeaders(standin), 'content-type': type };
  return send(standin, `/organizations/${id}/profile`, { method: 'PUT', headers, body });
}

/** The envelope in the body of a response, as the tests read it. */
export interface Envelope {
  success: boolean;
  errors: {
    code: number;
    message: string;
    documentation_url?: string;
    source?: { pointer: string };
    error_chain?: { code: number; message: string }[];
  }[];
  messages: { code: number; message: string; documentation_url?: string }[];
  result: unknown;
  result_info?: { next_page_token?: string; total_size?: number; [key: string]: unknown };
}

/** The body of a response as an envelope; its shape is not checked. */
export async function envelope(response: Response | Promise<Response>): Promise<Envelope> {
  return (await (await response).json()) as Envelope;
}

/** Expects a well-formed error with this HTTP status and first code. */
export async function expectRefusal(response: Promise<Response>, status: number, code: number) {
  const received = await response;
  expect(received.status).toBe(status);
  expect(received.headers.get('content-type')).toBe('application/json');
  const body = await envelope(received);
  expect(body).toMatchObject({ success: false, messages: [], result: null });
  expect(body.errors[0]?.code).toBe(code);
  return body;
}

/** The id of the sample organization at an index. */
export function idAt(standin: Standin, index: number): string {
  const id = [...standin.organizations.keys()][index];
  if (id === undefined) throw new Error(`No sample organization ${index}`);
  return id;
}
