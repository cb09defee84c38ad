package dev.pawl.baileys;

/** Somebody with an account at the stand-in. */
record Person(String name, String number, String lidUser) {

    static final Person ME = new Person("Me", "6281200000001", "11110000000001");
    static final Person ANA = new Person("Ana", "6281200000002", "22220000000002");
    static final Person BUDI = new Person("Budi", "6281200000003", "33330000000003");
    static final Person CITRA = new Person("Citra", "6281200000004", "44440000000004");
    static final Person DEWI = new Person("Dewi", "6281200000005", "55550000000005");
    static final Person EKA = new Person("Eka", "6281200000006", "66660000000006");

    String jid() {
        return number + "@s.whatsapp.net";
    }

    String lid() {
        return lidUser + "@lid";
    }
}
