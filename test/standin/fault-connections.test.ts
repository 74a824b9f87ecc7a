/** Faults of the connection: cut, silent, never-ending, redirected. */
import { APIConnectionError } from 'cloudflare';
import { describe, expect, it } from 'vitest';
import { abandoned, body, faulty, fields } from './faulty';
import { neverEnding } from './index';
import { officialClient, putProfile } from './support';

describe('broken connections', () => {
  it('cut-body: ends before the declared length', async () => {
    const { standin, id, get } = await faulty('cut-body');
    const answer = await get();
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow('terminated');
    await expect((await putProfile(standin, id, body)).text()).rejects.toThrow('terminated');
  });

  it('reset', async () => {
    const { standin, id, before, get } = await faulty('reset');
    await expect(get()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    await expect(putProfile(standin, id, body)).rejects.toThrow();
    const profiles = officialClient(standin).organizations.organizationProfile;
    await expect(profiles.get(id)).rejects.toBeInstanceOf(APIConnectionError);
    expect(standin.profileOf(id)).toEqual(before);
    expect(standin.requests.map(({ status }) => status)).toEqual([null, null, null]);
  });

  it('stalled-headers: sends nothing', async () => {
    const { standin, id, before } = await faulty('stalled-headers');
    expect(await abandoned(standin, id, 'GET')).toBe('AbortError');
    expect(await abandoned(standin, id, 'PUT')).toBe('AbortError');
    expect(standin.profileOf(id)).toEqual(before);
    const profiles = officialClient(standin).organizations.organizationProfile;
    await expect(profiles.get(id, { timeout: 50 })).rejects.toBeInstanceOf(APIConnectionError);
  });

  it('stalled-body: sends headers and half the body, then nothing', async () => {
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

  it('lets the stand-in close during never-ending answers', async () => {
    for (const mode of neverEnding) {
      const { standin, id } = await faulty(mode);
      const arrived = standin.nextRequest({});
      const pending = putProfile(standin, id, body).then((response) => response.text());
      const outcome = expect(pending).rejects.toThrow();
      await arrived;
      await standin.close();
      await outcome;
    }
  });
});

describe('redirect-307', () => {
  it('is a 307 for a client that does not follow redirects', async () => {
    const { standin, get } = await faulty('redirect-307');
    const answer = await get();
    expect(answer.status).toBe(307);
    const location = new URL(answer.headers.get('location') ?? '');
    expect(location.hostname).toBe('127.0.0.1');
    expect(location.port).not.toBe(String(standin.port));
    expect(standin.strayRequests).toEqual([]);
    expect(standin.violations).toEqual([]);
  });

  it('detects that the official client sends its key and the profile to the redirect target', async () => {
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

  it('is no violation for a client that follows the redirect without credentials', async () => {
    const { standin } = await faulty('redirect-307');
    const answer = await fetch(`${standin.url}/user`);
    expect(answer.status).toBe(200);
    expect(standin.strayRequests).toMatchObject([{ credentials: false }]);
    expect(standin.violations).toEqual([]);
  });
});
