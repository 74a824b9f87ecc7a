/** Faults in which the write takes effect although its answer is missing or unusual. */
import { describe, expect, it } from 'vitest';
import { abandoned, body, faulty, fields } from './faulty';
import { envelope, send, putProfile } from './support';

describe('a PUT that is applied', () => {
  it('put-reply-lost: resets the connection', async () => {
    const { standin, id, get } = await faulty('put-reply-lost');
    await expect(putProfile(standin, id, body)).rejects.toMatchObject({
      cause: { code: 'ECONNRESET' },
    });
    expect(standin.profileOf(id)).toEqual(fields);
    expect((await get()).status).toBe(200);
  });

  it('put-reply-stalled: sends no answer', async () => {
    const { standin, id } = await faulty('put-reply-stalled');
    expect(await abandoned(standin, id, 'PUT')).toBe('AbortError');
    expect(standin.profileOf(id)).toEqual(fields);
  });

  it('put-applied-502: sends an error page; refuses an invalid PUT as usual', async () => {
    const { standin, id } = await faulty('put-applied-502');
    expect((await putProfile(standin, id, '[]')).status).toBe(400);
    expect((await putProfile(standin, id, body)).status).toBe(502);
    expect(standin.profileOf(id)).toEqual(fields);
  });

  it.each([' +1 555 0100 ext. a ', '+1 555 0100', '15550100', ''])(
    'stores-differently: changes the phone number "%s"',
    async (phone) => {
      const { standin, id, get } = await faulty('stores-differently');
      const sent = { ...fields, business_phone: phone };
      expect((await putProfile(standin, id, JSON.stringify(sent))).status).toBe(204);
      const { result } = await envelope(get());
      const { business_phone: stored } = result as typeof fields;
      expect(stored).not.toBe(phone);
      expect(result).toEqual({ ...sent, business_phone: stored });
    },
  );

  it('success-messages: the success contains messages', async () => {
    const { standin, id, get } = await faulty('success-messages');
    const messages = [
      { documentation_url: 'https://developers.cloudflare.com/fundamentals/organizations/' },
    ];
    const put = await putProfile(standin, id, body);
    expect(put.status).toBe(200);
    expect(await envelope(put)).toMatchObject({ success: true, messages });
    expect(await envelope(get())).toMatchObject({ success: true, messages, result: fields });
    const refused = await send(standin, '/user', { headers: {} });
    expect(await envelope(refused)).toMatchObject({ success: false, messages: [] });
  });
});
