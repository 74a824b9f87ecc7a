/**
 * New certificates for 127.0.0.1 and one host name, self-signed or signed by a CA, so that HTTPS can be tested
 * without a key in the repository.
 */
import 'reflect-metadata'; // @peculiar/x509 does not start without it
import { randomBytes } from 'node:crypto';
import {
  BasicConstraintsExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

interface Party {
  name: string;
  keys: CryptoKeyPair;
}

const DAY = 86_400_000;
const STANDIN = 'CN=Letterhead stand-in';
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

const newKeys = (): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

async function keyText({ privateKey }: CryptoKeyPair): Promise<string> {
  return PemConverter.encode(await crypto.subtle.exportKey('pkcs8', privateKey), 'PRIVATE KEY');
}

/** A certificate as PEM text, valid from yesterday for thirty days. */
async function certificate(
  subject: Party,
  issuer: Party,
  { host, isAuthority }: { host?: string; isAuthority: boolean },
): Promise<string> {
  const names = [
    { type: 'dns', value: host ?? '' },
    { type: 'ip', value: '127.0.0.1' },
  ] as const;
  const created = await X509CertificateGenerator.create({
    // The highest bit must not be set: a serial number is positive.
    serialNumber: `01${randomBytes(8).toString('hex')}`,
    subject: subject.name,
    issuer: issuer.name,
    notBefore: new Date(Date.now() - DAY),
    notAfter: new Date(Date.now() + 29 * DAY),
    signingAlgorithm: ALGORITHM,
    publicKey: subject.keys.publicKey,
    signingKey: issuer.keys.privateKey,
    extensions: [
      ...(isAuthority ? [new BasicConstraintsExtension(true, undefined, true)] : []),
      ...(host === undefined ? [] : [new SubjectAlternativeNameExtension([...names])]),
    ],
  });
  return created.toString('pem');
}

/**
 * PEM texts of a key and a self-signed certificate, which clients can trust as a CA.
 * @param host its name, besides 127.0.0.1
 */
export async function selfSigned(host = 'localhost'): Promise<{ key: string; cert: string }> {
  const standin = { name: STANDIN, keys: await newKeys() };
  const cert = await certificate(standin, standin, { host, isAuthority: true });
  return { key: await keyText(standin.keys), cert };
}

/**
 * Like a company's network: a CA's certificate, and the key and certificate of a server that it signed.
 * @param host the server's name, besides 127.0.0.1
 */
export async function signedByCompany(
  host: string,
): Promise<{ ca: string; key: string; cert: string }> {
  const company = { name: 'CN=Brightwater test CA', keys: await newKeys() };
  const server = { name: STANDIN, keys: await newKeys() };
  return {
    ca: await certificate(company, company, { isAuthority: true }),
    key: await keyText(server.keys),
    cert: await certificate(server, company, { host, isAuthority: false }),
  };
}
