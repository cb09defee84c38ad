// The Noise certificate chain: root -> intermediate -> leaf, all XEdDSA over Curve25519.
// Only the root's public half leaves the test process (the client preload installs it).
import { Curve, proto } from 'baileys'

const { NoiseCertificate } = proto.CertChain

const seal = (details, signerPrivate) => {
  const bytes = NoiseCertificate.Details.encode(details).finish()
  return { details: bytes, signature: Curve.sign(signerPrivate, bytes) }
}

/** A root key, a server static key and the chain that binds them. `leafKey` overrides the bound key (for negative tests). */
export const makeCertificates = ({ root = Curve.generateKeyPair(), leafKey, serial = 0, badSignature = false } = {}) => {
  const intermediate = Curve.generateKeyPair()
  const serverStatic = Curve.generateKeyPair()
  const now = Math.floor(Date.now() / 1000)
  const validity = { notBefore: now - 3600, notAfter: now + 86400 }
  const chain = {
    intermediate: seal({ serial: 1, issuerSerial: serial, key: intermediate.public, ...validity }, root.private),
    leaf: seal({ serial: 2, issuerSerial: 1, key: leafKey ?? serverStatic.public, ...validity }, intermediate.private)
  }
  if (badSignature) chain.leaf.signature = Buffer.alloc(64, 7)
  return { root, serverStatic, certChain: proto.CertChain.encode(chain).finish() }
}
