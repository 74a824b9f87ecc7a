/** Every fault mode, as the wire shows it and as the official client takes it. */
import { APIConnectionError, APIError } from 'cloudflare';
import { describe, expect, it } from 'vitest';
import { faultModes, neverEnding, putOnly, type FaultMode, type Standin } from './index';
import { envelope, idAt, officialClient, raw, rawPut, started } from './support';

const fields = {
  business_name: 'New name',
  business_email: 'new@b.example',
  business_phone: ' +1 555 0100 ext. a ',
  business_address: 'New address',
  external_metadata: '',
};
const body = JSON.stringify(fields);

/** A stand-in whose every request meets this fault, and its first organization. */
async function faulty(mode: FaultMode) {
  const standin = await started();
  standin.faults.add({ mode });
  const id = idAt(standin, 0);
  const before = standin.profileOf(id);
  return { standin, id, before, get: () => raw(standin, `/organizations/${id}/profile`) };
}

/** Sends a GET or PUT that never ends, waits until it arrived, then gives up. */
async function abandoned(standin: Standin, id: string, method: string): Promise<string> {
  const giveUp = new AbortController();
  const arrived = standin.nextRequest({ method });
  const init = { method, signal: giveUp.signal, ...(method === 'PUT' ? { body } : {}) };
  const headers = {
    'x-auth-email': standin.credentials[0]?.email ?? '',
    'x-auth-key': standin.credentials[0]?.key ?? '',
    'content-type': 'application/json',
  };
  const sending = raw(standin, `/organizations/${id}/profile`, { ...init, headers });
  await arrived;
  giveUp.abort();
  return sending.then((response) => response.text()).catch((error: Error) => error.name);
}

describe('pages and texts instead of JSON', () => {
  const pages: [FaultMode, number, string, RegExp][] = [
    ['502-branded-html', 502, 'text/html; charset=UTF-8', /^<!DOCTYPE html>\n<!--\[if IE 7\]>/],
    ['502-nginx-html', 502, 'text/html; charset=UTF-8', /^<html>\r\n<head><title>502 Bad/],
    ['503-text', 503, 'text/plain', /^upstream connect error or disconnect\/reset before headers/],
    ['504-text', 504, 'text/plain', /^upstream request timeout$/],
    ['520-html', 520, 'text/html; charset=UTF-8', /520/],
    ['525-html', 525, 'text/html; charset=UTF-8', /Cloudflare Ray ID/],
    ['200-html', 200, 'text/html; charset=UTF-8', /^<!DOCTYPE html>/],
    ['200-portal-html', 200, 'text/html; charset=UTF-8', /Free Wi-Fi/],
  ];
  it.each(pages)('%s', async (mode, status, type, pattern) => {
    const { standin, id, before, get } = await faulty(mode);
    for (const answer of [await get(), await rawPut(standin, id, body)]) {
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toBe(type);
      expect(await answer.text()).toMatch(pattern);
      const portal = mode === '200-portal-html';
      for (const name of ['cf-ray', 'ratelimit', 'ratelimit-policy']) {
        expect(answer.headers.has(name)).toBe(!portal);
      }
    }
    expect(standin.profileOf(id)).toEqual(before);
    expect(standin.requests).toMatchObject([
      { fault: mode, status },
      { fault: mode, status },
    ]);
  });

  it('have the sizes that were reported', async () => {
    const branded = await (await (await faulty('502-branded-html')).get()).text();
    expect(branded.length).toBeGreaterThan(6000);
    expect(branded.length).toBeLessThan(8000);
    const nginx = await (await (await faulty('502-nginx-html')).get()).text();
    expect(nginx.length).toBeGreaterThan(140);
    expect(nginx.length).toBeLessThan(170);
  });

  it('500-empty', async () => {
    const answer = await (await faulty('500-empty')).get();
    expect(answer.status).toBe(500);
    expect(answer.headers.get('content-type')).toBeNull();
    expect(await answer.text()).toBe('');
  });
});

describe('JSON that is not what it seems', () => {
  it('200-success-false', async () => {
    const answer = await (await faulty('200-success-false')).get();
    expect(answer.status).toBe(200);
    const { success, errors } = await envelope(answer);
    expect(success).toBe(false);
    expect(errors[0]?.code).toBeGreaterThanOrEqual(1000);
  });

  it('200-result-null, which the official client takes for a profile', async () => {
    const { standin, id, before } = await faulty('200-result-null');
    const profiles = officialClient(standin).organizations.organizationProfile;
    expect(await profiles.get(id)).toBeNull();
    expect((await rawPut(standin, id, body)).status).toBe(200);
    expect(standin.profileOf(id)).toEqual(before);
  });

  it('truncated-json: a whole HTTP answer with half of the JSON', async () => {
    const { standin, id, get } = await faulty('truncated-json');
    const text = await (await get()).text();
    expect(text).toMatch(/^\{"success":true/);
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
    const profiles = officialClient(standin).organizations.organizationProfile;
    await expect(profiles.get(id)).rejects.toBeInstanceOf(SyntaxError);
    await expect((await rawPut(standin, id, body)).json()).rejects.toThrow();
  });

  it.each(['odd-errors-object', 'odd-errors-entries'] as const)('%s', async (mode) => {
    const { get } = await faulty(mode);
    const answer = await get();
    expect(answer.status).toBe(400);
    const { errors } = (await answer.json()) as { errors: unknown };
    if (mode === 'odd-errors-object') expect(Array.isArray(errors)).toBe(false);
    else expect(errors).toContain(null);
  });
});

describe('broken connections', () => {
  it('cut-body: ends before the promised length', async () => {
    const { standin, id, get } = await faulty('cut-body');
    const answer = await get();
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow('terminated');
    await expect((await rawPut(standin, id, body)).text()).rejects.toThrow('terminated');
  });

  it('reset', async () => {
    const { standin, id, before, get } = await faulty('reset');
    await expect(get()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    await expect(rawPut(standin, id, body)).rejects.toThrow();
    const profiles = officialClient(standin).organizations.organizationProfile;
    await expect(profiles.get(id)).rejects.toBeInstanceOf(APIConnectionError);
    expect(standin.profileOf(id)).toEqual(before);
    expect(standin.requests.map(({ status }) => status)).toEqual([null, null, null]);
  });

  it('stalled-headers: nothing comes', async () => {
    const { standin, id, before } = await faulty('stalled-headers');
    expect(await abandoned(standin, id, 'GET')).toBe('AbortError');
    expect(await abandoned(standin, id, 'PUT')).toBe('AbortError');
    expect(standin.profileOf(id)).toEqual(before);
    const profiles = officialClient(standin).organizations.organizationProfile;
    await expect(profiles.get(id, { timeout: 50 })).rejects.toBeInstanceOf(APIConnectionError);
  });

  it('stalled-body: headers and half the body come, then nothing', async () => {
    const { get } = await faulty('stalled-body');
    const answer = await get();
    expect(answer.status).toBe(200);
    const reader = answer.body?.getReader();
    const { value } = (await reader?.read()) ?? {};
    const promised = Number(answer.headers.get('content-length'));
    expect(value?.length).toBe(Math.ceil(promised / 2));
    const more = reader?.read().then(() => 'more');
    expect(
      await Promise.race([more, new Promise((resolve) => setImmediate(resolve, 'nothing'))]),
    ).toBe('nothing');
    await reader?.cancel();
  });

  it('never-ending ones do not keep the stand-in from closing', async () => {
    for (const mode of neverEnding) {
      const { standin, id } = await faulty(mode);
      const arrived = standin.nextRequest({});
      const pending = rawPut(standin, id, body).then((response) => response.text());
      const outcome = expect(pending).rejects.toThrow();
      await arrived;
      await standin.close();
      await outcome;
    }
  });
});

describe('redirect-307', () => {
  it('is seen as such by a client that does not follow', async () => {
    const { standin, get } = await faulty('redirect-307');
    const answer = await get();
    expect(answer.status).toBe(307);
    const location = new URL(answer.headers.get('location') ?? '');
    expect(location.hostname).toBe('127.0.0.1');
    expect(location.port).not.toBe(String(standin.port));
    expect(standin.strayRequests).toEqual([]);
    expect(standin.violations).toEqual([]);
  });

  it('catches the official client carrying its key and the profile there', async () => {
    const { standin, id } = await faulty('redirect-307');
    const profiles = officialClient(standin).organizations.organizationProfile;
    expect(await profiles.get(id)).toMatchObject({ business_name: 'from elsewhere' });
    await profiles.update(id, fields);
    expect(standin.strayRequests).toMatchObject([
      {
        method: 'GET',
        path: `/client/v4/organizations/${id}/profile`,
        credentials: true,
        body: '',
      },
      { method: 'PUT', credentials: true, body },
    ]);
    expect(standin.violations).toEqual([
      'credentials after a redirect: GET',
      'credentials after a redirect: PUT',
      'a body after a redirect: PUT',
    ]);
  });

  it('does not blame a client that follows without credentials', async () => {
    const { standin } = await faulty('redirect-307');
    const answer = await fetch(`${standin.url}/user`);
    expect(answer.status).toBe(200);
    expect(standin.strayRequests).toMatchObject([{ credentials: false }]);
    expect(standin.violations).toEqual([]);
  });
});

describe('a PUT that is applied', () => {
  it('put-reply-lost: and the connection is reset', async () => {
    const { standin, id, get } = await faulty('put-reply-lost');
    await expect(rawPut(standin, id, body)).rejects.toMatchObject({
      cause: { code: 'ECONNRESET' },
    });
    expect(standin.profileOf(id)).toEqual(fields);
    expect((await get()).status).toBe(200);
  });

  it('put-reply-stalled: and no answer comes', async () => {
    const { standin, id } = await faulty('put-reply-stalled');
    expect(await abandoned(standin, id, 'PUT')).toBe('AbortError');
    expect(standin.profileOf(id)).toEqual(fields);
  });

  it('put-applied-502: and an error page comes; a refused one is refused as ever', async () => {
    const { standin, id } = await faulty('put-applied-502');
    expect((await rawPut(standin, id, '[]')).status).toBe(400);
    expect((await rawPut(standin, id, body)).status).toBe(502);
    expect(standin.profileOf(id)).toEqual(fields);
  });

  it.each([' +1 555 0100 ext. a ', '+1 555 0100', '15550100', ''])(
    'stores-differently: and the phone "%s" is another one afterwards',
    async (phone) => {
      const { standin, id, get } = await faulty('stores-differently');
      const sent = { ...fields, business_phone: phone };
      expect((await rawPut(standin, id, JSON.stringify(sent))).status).toBe(204);
      const { result } = await envelope(get());
      const { business_phone: stored } = result as typeof fields;
      expect(stored).not.toBe(phone);
      expect(result).toEqual({ ...sent, business_phone: stored });
    },
  );

  it('success-messages: and a message comes along, as with every success', async () => {
    const { standin, id, get } = await faulty('success-messages');
    const messages = [
      { documentation_url: 'https://developers.cloudflare.com/fundamentals/organizations/' },
    ];
    const put = await rawPut(standin, id, body);
    expect(put.status).toBe(200);
    expect(await envelope(put)).toMatchObject({ success: true, messages });
    expect(await envelope(get())).toMatchObject({ success: true, messages, result: fields });
    const refused = await raw(standin, '/user', { headers: {} });
    expect(await envelope(refused)).toMatchObject({ success: false, messages: [] });
  });
});

describe('refusals', () => {
  const retries: [FaultMode, string | null][] = [
    ['429-retry-300', '300'],
    ['429-retry-1', '1'],
    ['429-retry-0', '0'],
    ['429-no-retry', null],
  ];
  it.each(retries)('%s: 971 and retry-after %s', async (mode, retryAfter) => {
    const answer = await (await faulty(mode)).get();
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe(retryAfter);
    expect((await envelope(answer)).errors).toEqual([
      { code: 971, message: 'Please wait and consider throttling your request speed' },
    ]);
  });

  const refusals: [FaultMode, number, number][] = [
    ['403-9103', 403, 9103],
    ['403-10000', 403, 10000],
    ['403-9109', 403, 9109],
    ['400-6003', 400, 6003],
    ['400-9106', 400, 9106],
  ];
  it.each(refusals)('%s, although the sign-in is right', async (mode, status, code) => {
    const { standin, get } = await faulty(mode);
    const answer = await get();
    expect(answer.status).toBe(status);
    const { errors } = await envelope(answer);
    expect(errors[0]?.code).toBe(code);
    expect(errors[0]?.error_chain?.length ?? 0).toBe(mode === '400-6003' ? 2 : 0);
    expect(standin.requests[0]?.keyMatches).toBe(true);
  });

  it('validation-error: names the field, with more errors and messages beside it', async () => {
    const { standin, id, before, get } = await faulty('validation-error');
    expect((await get()).status).toBe(200);
    const answer = await rawPut(standin, id, body);
    expect(answer.status).toBe(400);
    const { errors, messages } = await envelope(answer);
    expect(errors[0]?.source?.pointer).toBe('/business_email');
    expect(errors[0]?.documentation_url).toMatch(/^https:\/\/developers\.cloudflare\.com\//);
    expect(errors).toHaveLength(3);
    expect(messages).toHaveLength(1);
    expect(standin.profileOf(id)).toEqual(before);
    expect(standin.violations).toEqual([]);
  });

  it('reach the official client as errors with a status', async () => {
    const { standin, id } = await faulty('validation-error');
    const update = officialClient(standin).organizations.organizationProfile.update(id, fields);
    const error: unknown = await update.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ status: 400, errors: [{ code: 1004 }, {}, {}] });
  });
});

describe('switching', () => {
  const statuses = async (standin: Standin, count: number) => {
    const seen: number[] = [];
    for (let turn = 0; turn < count; turn += 1) seen.push((await raw(standin, '/user')).status);
    return seen;
  };

  it('strikes only the nth, or so many times, then never again', async () => {
    const standin = await started();
    standin.faults.add({ mode: '503-text', match: { nth: 2 } });
    standin.faults.add({ mode: '504-text', match: { path: '/user', nth: 4 }, times: 2 });
    expect(await statuses(standin, 6)).toEqual([200, 503, 200, 504, 504, 200]);
    standin.faults.add({ mode: '500-empty', times: 2 });
    expect(await statuses(standin, 3)).toEqual([500, 500, 200]);
  });

  it('goes by method and path', async () => {
    const standin = await started();
    const id = idAt(standin, 0);
    const path = `/organizations/${id}`;
    standin.faults.add({ mode: '503-text', match: { method: 'put' } });
    standin.faults.add({ mode: '504-text', match: { path: /^\/organizations\/[0-9a-f]+$/g } });
    expect((await raw(standin, `${path}/profile`)).status).toBe(200);
    expect((await rawPut(standin, id, body)).status).toBe(503);
    expect((await raw(standin, path)).status).toBe(504);
    expect((await raw(standin, path)).status).toBe(504);
  });

  it('can be undone one by one or at once', async () => {
    const standin = await started();
    const remove = standin.faults.add({ mode: '503-text' });
    standin.faults.add({ mode: '504-text' });
    expect(await statuses(standin, 1)).toEqual([503]);
    remove();
    expect(await statuses(standin, 1)).toEqual([504]);
    standin.faults.clear();
    expect(await statuses(standin, 1)).toEqual([200]);
  });

  it.each(faultModes.filter((mode) => putOnly.has(mode)))('%s lets a GET pass', async (mode) => {
    const { standin, get } = await faulty(mode);
    expect((await get()).status).toBe(200);
    expect(standin.requests[0]?.fault).toBeNull();
  });
});
