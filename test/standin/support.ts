/** Shared by the stand-in's own tests: a stand-in that closes with its test, and two clients. */
import Cloudflare, { type ClientOptions } from 'cloudflare';
import { expect, onTestFinished } from 'vitest';
import { sampleCredential, startStandin, type Standin, type StandinOptions } from './index';

/** Starts a stand-in that is closed when the test ends. */
export async function started(options: StandinOptions = {}): Promise<Standin> {
  const standin = await startStandin(options);
  onTestFinished(() => standin.close());
  return standin;
}

/** The official client, with every option set that could come from the environment. */
export function officialClient(standin: Standin, options: ClientOptions = {}): Cloudflare {
  const { email, key } = standin.credentials[0] ?? sampleCredential;
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

/** The key headers of the first sign-in. */
export const keyHeaders = (standin: Standin): Record<string, string> => ({
  'x-auth-email': standin.credentials[0]?.email ?? '',
  'x-auth-key': standin.credentials[0]?.key ?? '',
});

/** A plain request below `/client/v4`, with the key headers unless others are given; redirects are not followed. */
export function raw(standin: Standin, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = init.headers ?? keyHeaders(standin);
  return fetch(standin.url + path, { redirect: 'manual', ...init, headers });
}

/** A plain PUT of a profile with this body. */
export function rawPut(standin: Standin, id: string, body: string, type = 'application/json') {
  const headers = { ...keyHeaders(standin), 'content-type': type };
  return raw(standin, `/organizations/${id}/profile`, { method: 'PUT', headers, body });
}

/** An error envelope as the tests read it. */
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
  result_info?: { next_page_token?: string; total_size?: number };
}

export async function envelope(response: Response | Promise<Response>): Promise<Envelope> {
  return (await (await response).json()) as Envelope;
}

/** Expects a refusal with this status and first code, in the format of all error envelopes. */
export async function expectRefusal(response: Promise<Response>, status: number, code: number) {
  const answer = await response;
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/json');
  const body = await envelope(answer);
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
