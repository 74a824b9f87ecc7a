/**
 * The baseline: Cloudflare's official client in plain Node, in a separate process. Receives tasks over the message
 * channel and answers with their time in ms.
 */
import Cloudflare from 'cloudflare';

const client = new Cloudflare({
  apiEmail: process.env.BENCH_EMAIL,
  apiKey: process.env.BENCH_KEY,
  apiToken: null,
  userServiceKey: null,
  baseURL: process.env.BENCH_URL,
  maxRetries: 0,
  logLevel: 'off',
});
const { organizationProfile } = client.organizations;

const TASKS = {
  /** The three requests of a save: read, write, read back. */
  async save({ ids: [id], phone }) {
    const profile = await organizationProfile.get(id);
    await organizationProfile.update(id, { ...profile, business_phone: phone });
    const stored = await organizationProfile.get(id);
    if (stored.business_phone !== phone) throw new Error('A different text was read back.');
  },
  /** Lists all organizations of the sign-in, 1,000 per page; the client's own method stops after the first page. */
  async list({ organizations }) {
    let listed = 0;
    for (let next = {}; next;) {
      const query = { page_size: 1_000, ...next };
      const { result, result_info: info } = await client.get('/organizations', { query });
      listed += result.length;
      next = info.next_page_token && { page_token: info.next_page_token };
    }
    if (listed !== organizations) throw new Error(`${listed} organizations were listed.`);
  },
  /** Reads profiles sequentially. */
  async read({ ids }) {
    for (const id of ids) await organizationProfile.get(id);
  },
};

process.on('message', async ({ does, ...details }) => {
  const begin = performance.now();
  try {
    await TASKS[does](details);
    process.send({ ms: performance.now() - begin });
  } catch (error) {
    process.send({ error: String(error) });
  }
});
