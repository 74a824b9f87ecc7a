/**
 * New certificates for 127.0.0.1 and one name, self-signed or signed by a CA, so that HTTPS can be tested
 * without a key in the repository. Encodes only the necessary parts of X.509 (RFC 5280, section 4.1).
 */
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** A DER element: tag, length (in as few bytes as possible), content. */
function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length =
    size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts);
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const octets = (content: Uint8Array) => der(0x04, content);
const bits = (content: Uint8Array) => der(0x03, Buffer.from([0]), content);

/** UTCTime: YYMMDDhhmmssZ. */
const time = (ms: number) =>
  der(0x17, Buffer.from(`${new Date(ms).toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)}Z`));

const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));
const day = 86_400_000;

const commonName = (text: string) =>
  sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(text)))));
const isAuthority = sequence(
  oid('551d13'),
  der(0x01, Buffer.from([0xff])),
  octets(sequence(der(0x01, Buffer.from([0xff])))),
);
const isFor = (host: string) =>
  sequence(
    oid('551d11'),
    octets(sequence(der(0x82, Buffer.from(host)), der(0x87, Buffer.from([127, 0, 0, 1])))),
  );

const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** A certificate as PEM text, valid from yesterday for thirty days. */
function certificate(
  subject: { name: string; publicKey: KeyObject },
  issuer: { name: string; privateKey: KeyObject },
  extensions: Uint8Array[],
): string {
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    commonName(issuer.name),
    sequence(time(Date.now() - day), time(Date.now() + 30 * day)),
    commonName(subject.name),
    subject.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signed = sequence(body, ecdsaWithSha256, bits(sign('sha256', body, issuer.privateKey)));
  const lines = signed.toString('base64').replaceAll(/(.{64})(?!$)/g, '$1\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

const keyText = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();

/**
 * PEM texts of a key and a self-signed certificate, which clients can trust as a CA.
 * @param host its name, besides 127.0.0.1
 */
export function selfSigned(host = 'localhost'): { key: string; cert: string } {
  const { privateKey, publicKey } = newKey();
  const name = 'Letterhead stand-in';
  const extensions = [isAuthority, isFor(host)];
  const cert = certificate({ name, publicKey }, { name, privateKey }, extensions);
  return { key: keyText(privateKey), cert };
}

/**
 * Like a company: a CA's certificate, and the key and certificate of a server that it signed.
 * @param host the server's name, besides 127.0.0.1
 */
export function signedByCompany(host: string): { ca: string; key: string; cert: string } {
  const company = { name: 'Brightwater test CA', ...newKey() };
  const server = { name: 'Letterhead stand-in', ...newKey() };
  return {
    ca: certificate(company, company, [isAuthority]),
    key: keyText(server.privateKey),
    cert: certificate(server, company, [isFor(host)]),
  };
}
