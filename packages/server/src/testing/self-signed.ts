import { generateKeyPairSync, sign } from 'node:crypto'
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

const tag = { integer: 0x02, bits: 0x03, bytes: 0x04, oid: 0x06, utf8: 0x0c, sequence: 0x30, set: 0x31, time: 0x18 }
/** ecdsa-with-SHA256 (RFC 5758), commonName and subjectAltName (RFC 5280). */
const oids = { ecdsa: '2a8648ce3d040302', commonName: '550403', altName: '551d11' }

/** A certificate for these names and addresses, valid today, that only itself vouches for (RFC 5280), with its key. */
export function selfSigned(names: readonly string[] = ['localhost', '127.0.0.1']): { cert: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = der(tag.sequence, oid(oids.ecdsa))
  const name = der(
    tag.sequence,
    der(tag.set, der(tag.sequence, oid(oids.commonName), der(tag.utf8, Buffer.from('mintmark test')))),
  )
  const validity = der(tag.sequence, der(tag.time, timeOf(-1)), der(tag.time, timeOf(1)))
  const altNames = der(tag.sequence, ...names.map(altName))
  const extensions = der(0xa3, der(tag.sequence, der(tag.sequence, oid(oids.altName), der(tag.bytes, altNames))))
  const subject = der(
    tag.sequence,
    der(0xa0, der(tag.integer, Buffer.of(2))),
    der(tag.integer, Buffer.of(1)),
    algorithm,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    extensions,
  )
  const signature = der(tag.bits, Buffer.of(0), sign('sha256', subject, privateKey))
  const cert = der(tag.sequence, subject, algorithm, signature).toString('base64')
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${cert.replaceAll(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

function altName(name: string): Buffer {
  return isIP(name) === 0 ? der(0x82, Buffer.from(name)) : der(0x87, Buffer.from(ipaddr.parse(name).toByteArray()))
}

/** `YYYYMMDDHHMMSSZ`, so many days from now. */
function timeOf(days: number): Buffer {
  const time = new Date(Date.now() + days * 86_400_000).toISOString()
  return Buffer.from(`${time.slice(0, 19).replaceAll(/\D/g, '')}Z`)
}

function oid(hex: string): Buffer {
  return der(tag.oid, Buffer.from(hex, 'hex'))
}

/** One value (X.690): its tag, the length of what it holds, and that. */
function der(kind: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size =
    length < 128
      ? Buffer.of(length)
      : length < 256
        ? Buffer.of(0x81, length)
        : Buffer.of(0x82, length >> 8, length & 0xff)
  return Buffer.concat([Buffer.of(kind), size, content])
}
