/** Faults with an answer: what the stand-in sends, and what the official client makes of it. */
import { APIError } from 'cloudflare';
import { describe, expect, it } from 'vitest';
import { body, faulty, fields } from './faulty';
import type { FaultMode } from './index';
import { envelope, officialClient, putProfile } from './support';

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
    for (const answer of [await get(), await putProfile(standin, id, body)]) {
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

  it('have the reported sizes', async () => {
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

describe('misleading JSON', () => {
  it('200-success-false', async () => {
    const answer = await (await faulty('200-success-false')).get();
    expect(answer.status).toBe(200);
    const { success, errors } = await envelope(answer);
    expect(success).toBe(false);
    expect(errors[0]?.code).toBeGreaterThanOrEqual(1000);
  });

  it('200-result-null, which the official client accepts as a profile', async () => {
    const { standin, id, before } = await faulty('200-result-null');
    const profiles = officialClient(standin).organizations.organizationProfile;
    expect(await profiles.get(id)).toBeNull();
    expect((await putProfile(standin, id, body)).status).toBe(200);
    expect(standin.profileOf(id)).toEqual(before);
  });

  it('truncated-json: a complete HTTP answer with half the JSON', async () => {
    const { standin, id, get } = await faulty('truncated-json');
    const text = await (await get()).text();
    expect(text).toMatch(/^\{"success":true/);
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
    const profiles = officialClient(standin).organizations.organizationProfile;
    await expect(profiles.get(id)).rejects.toBeInstanceOf(SyntaxError);
    await expect((await putProfile(standin, id, body)).json()).rejects.toThrow();
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
  it.each(refusals)('%s, although the sign-in is correct', async (mode, status, code) => {
    const { standin, get } = await faulty(mode);
    const answer = await get();
    expect(answer.status).toBe(status);
    const { errors } = await envelope(answer);
    expect(errors[0]?.code).toBe(code);
    expect(errors[0]?.error_chain?.length ?? 0).toBe(mode === '400-6003' ? 2 : 0);
    expect(standin.requests[0]?.keyMatches).toBe(true);
  });

  it('validation-error: names the field, with further errors and messages', async () => {
    const { standin, id, before, get } = await faulty('validation-error');
    expect((await get()).status).toBe(200);
    const answer = await putProfile(standin, id, body);
    expect(answer.status).toBe(400);
    const { errors, messages } = await envelope(answer);
    expect(errors[0]?.source?.pointer).toBe('/business_email');
    expect(errors[0]?.documentation_url).toMatch(/^https:\/\/developers\.cloudflare\.com\//);
    expect(errors).toHaveLength(3);
    expect(messages).toHaveLength(1);
    expect(standin.profileOf(id)).toEqual(before);
    expect(standin.violations).toEqual([]);
  });

  it('become errors with a status in the official client', async () => {
    const { standin, id } = await faulty('validation-error');
    const update = officialClient(standin).organizations.organizationProfile.update(id, fields);
    const error: unknown = await update.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({ status: 400, errors: [{ code: 1004 }, {}, {}] });
  });
});
