package dev.pawl.auth;

import cafe.cryptography.curve25519.CompressedEdwardsY;
import cafe.cryptography.curve25519.Constants;
import cafe.cryptography.curve25519.EdwardsPoint;
import cafe.cryptography.curve25519.InvalidEncodingException;
import cafe.cryptography.curve25519.Scalar;
import dev.pawl.json.Bytes;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Keys on Curve25519 and the signatures of the Signal protocol (XEdDSA, which lets an X25519 key sign).
 *
 * <p>Follows Signal's specification <i>The XEdDSA and VXEdDSA Signature Schemes</i>, revision 1. Everything that depends on a private key runs in constant time as far as the library below does;
 * {@code BigInteger} only touches public values.
 *
 * <p><b>Thread-safety.</b> Safe. <b>Not supported.</b> Key agreement: this library stores keys, it does not encrypt with them.
 */
public final class Curve {

    /** The size of a private key and of a public key without the type byte. */
    public static final int KEY_SIZE = 32;

    /** The size of a signature. */
    public static final int SIGNATURE_SIZE = 64;

    /** What libsignal puts before a public key to say which curve it is on. */
    public static final byte PUBLIC_KEY_TYPE = 5;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final BigInteger PRIME = BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));
    private static final int SIGN_BIT = 0x80;

    private Curve() {}

    /** Random bytes that nobody can predict. */
    static byte[] random(int size) {
        byte[] bytes = new byte[size];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    /** A random number from 1 to {@code max}. */
    static int randomUpTo(int max) {
        return 1 + RANDOM.nextInt(max);
    }

    /** A new private key, clamped as X25519 wants it. */
    static Bytes newPrivateKey() {
        return Bytes.wrap(clamp(random(KEY_SIZE)));
    }

    /**
     * The public key that belongs to a private one.
     *
     * @param privateKey 32 bytes, clamped or not
     * @return 32 bytes, without the type byte
     * @throws IllegalArgumentException when the private key has another size
     */
    public static Bytes publicKey(Bytes privateKey) {
        byte[] y = point(secret(privateKey)).compress().toByteArray();
        y[KEY_SIZE - 1] &= (byte) ~SIGN_BIT;
        BigInteger edwards = number(y);
        return Bytes.wrap(bytes(BigInteger.ONE.add(edwards).multiply(inverse(BigInteger.ONE.subtract(edwards)))));
    }

    /**
     * Whether a public key is the one that belongs to a private one: as comparing {@link #publicKey}, but without its
     * division, which matters for a hundred thousand keys.
     *
     * @param privateKey 32 bytes, clamped or not
     * @param publicKey 32 bytes, or 33 with the type byte; anything else belongs to no private key
     * @throws IllegalArgumentException when the private key has another size
     */
    static boolean belongTogether(Bytes privateKey, Bytes publicKey) {
        byte[] y = point(secret(privateKey)).compress().toByteArray();
        y[KEY_SIZE - 1] &= (byte) ~SIGN_BIT;
        boolean typed = publicKey.size() == KEY_SIZE + 1 && publicKey.byteAt(0) == PUBLIC_KEY_TYPE;
        if (!typed && publicKey.size() != KEY_SIZE) {
            return false;
        }
        BigInteger edwards = number(y);
        BigInteger u = number(Arrays.copyOfRange(publicKey.toArray(), publicKey.size() - KEY_SIZE, publicKey.size()));
        BigInteger difference = u.multiply(BigInteger.ONE.subtract(edwards)).subtract(BigInteger.ONE.add(edwards));
        return u.compareTo(PRIME) < 0 && difference.mod(PRIME).signum() == 0;
    }

    /**
     * Signs a message. Two signatures of one message differ, because each takes fresh randomness.
     *
     * @param privateKey 32 bytes, clamped or not
     * @return 64 bytes
     * @throws IllegalArgumentException when the private key has another size
     */
    public static Bytes sign(Bytes privateKey, Bytes message) {
        Scalar secret = secret(privateKey);
        byte[] point = point(secret).compress().toByteArray();
        Scalar signer = negatedIf((point[KEY_SIZE - 1] & SIGN_BIT) >> 7, secret);
        point[KEY_SIZE - 1] &= (byte) ~SIGN_BIT;

        byte[] prefix = new byte[KEY_SIZE];
        Arrays.fill(prefix, (byte) 0xFF);
        prefix[0] = (byte) 0xFE;
        byte[] text = message.toArray();
        Scalar nonce = hash(prefix, signer.toByteArray(), text, random(SIGNATURE_SIZE));
        byte[] commitment = point(nonce).compress().toByteArray();
        Scalar response = hash(commitment, point, text).multiplyAndAdd(signer, nonce);

        byte[] signature = Arrays.copyOf(commitment, SIGNATURE_SIZE);
        System.arraycopy(response.toByteArray(), 0, signature, KEY_SIZE, KEY_SIZE);
        return Bytes.wrap(signature);
    }

    /**
     * Whether a signature of a message was made with the private half of a public key. Also accepts signatures of older libraries, which keep a sign in the highest bit of the signature.
     *
     * @param publicKey 32 bytes, or 33 with the type byte
     * @param signature 64 bytes; anything else is no valid signature
     */
    public static boolean verify(Bytes publicKey, Bytes message, Bytes signature) {
        boolean typed = publicKey.size() == KEY_SIZE + 1 && publicKey.byteAt(0) == PUBLIC_KEY_TYPE;
        if ((!typed && publicKey.size() != KEY_SIZE) || signature.size() != SIGNATURE_SIZE) {
            return false;
        }
        byte[] montgomery = Arrays.copyOfRange(publicKey.toArray(), publicKey.size() - KEY_SIZE, publicKey.size());
        montgomery[KEY_SIZE - 1] &= (byte) ~SIGN_BIT;
        BigInteger u = number(montgomery);
        byte[] point = bytes(u.subtract(BigInteger.ONE).multiply(inverse(u.add(BigInteger.ONE))));

        byte[] commitment = Arrays.copyOf(signature.toArray(), KEY_SIZE);
        byte[] response = Arrays.copyOfRange(signature.toArray(), KEY_SIZE, SIGNATURE_SIZE);
        point[KEY_SIZE - 1] |= (byte) (response[KEY_SIZE - 1] & SIGN_BIT);
        response[KEY_SIZE - 1] &= (byte) ~SIGN_BIT;
        try {
            EdwardsPoint signer = new CompressedEdwardsY(point).decompress();
            Scalar challenge = hash(commitment, point, message.toArray());
            EdwardsPoint expected = EdwardsPoint.vartimeDoubleScalarMultiplyBasepoint(
                    challenge, signer.negate(), Scalar.fromCanonicalBytes(response));
            return Arrays.equals(expected.compress().toByteArray(), commitment);
        } catch (InvalidEncodingException | IllegalArgumentException e) {
            return false;
        }
    }

    /** A public key with the type byte in front, as libsignal signs and stores it. */
    static Bytes typed(Bytes publicKey) {
        byte[] typed = new byte[1 + publicKey.size()];
        typed[0] = PUBLIC_KEY_TYPE;
        publicKey.asBuffer().get(typed, 1, publicKey.size());
        return Bytes.wrap(typed);
    }

    private static byte[] clamp(byte[] key) {
        key[0] &= (byte) 248;
        key[KEY_SIZE - 1] &= 127;
        key[KEY_SIZE - 1] |= 64;
        return key;
    }

    private static Scalar secret(Bytes privateKey) {
        if (privateKey.size() != KEY_SIZE) {
            throw new IllegalArgumentException("a private key has " + KEY_SIZE + " bytes, not " + privateKey.size());
        }
        return Scalar.fromBytesModOrder(clamp(privateKey.toArray()));
    }

    private static EdwardsPoint point(Scalar scalar) {
        return Constants.ED25519_BASEPOINT_TABLE.multiply(scalar);
    }

    /** The scalar or its negative, without a branch on which. */
    private static Scalar negatedIf(int one, Scalar scalar) {
        byte[] plain = scalar.toByteArray();
        byte[] negative = Scalar.ZERO.subtract(scalar).toByteArray();
        for (int i = 0; i < plain.length; i++) {
            plain[i] ^= (byte) (-one & (plain[i] ^ negative[i]));
        }
        return Scalar.fromBits(plain);
    }

    private static Scalar hash(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-512");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return Scalar.fromBytesModOrderWide(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-512", e);
        }
    }

    private static BigInteger inverse(BigInteger number) {
        // Fermat instead of modInverse: the inverse of 0 is 0, as the specification has it
        return number.mod(PRIME).modPow(PRIME.subtract(BigInteger.TWO), PRIME);
    }

    private static BigInteger number(byte[] littleEndian) {
        return new BigInteger(1, reversed(littleEndian));
    }

    private static byte[] bytes(BigInteger number) {
        byte[] big = number.mod(PRIME).toByteArray();
        byte[] little = new byte[KEY_SIZE];
        for (int i = 0; i < Math.min(big.length, KEY_SIZE); i++) {
            little[i] = big[big.length - 1 - i];
        }
        return little;
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return reversed;
    }
}
