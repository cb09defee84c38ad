package dev.pawl.cli;

import com.google.zxing.WriterException;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import com.google.zxing.qrcode.encoder.ByteMatrix;
import com.google.zxing.qrcode.encoder.Encoder;
import java.util.ArrayList;
import java.util.List;

/** A QR code as text: two rows of it in a line, light on dark, as most terminals are. */
final class QrDrawing {

    /** Readers look for light around the code. */
    private static final int MARGIN = 2;

    private QrDrawing() {}

    /** The lines to print. */
    static List<String> of(String text) {
        ByteMatrix code;
        try {
            code = Encoder.encode(text, ErrorCorrectionLevel.L).getMatrix();
        } catch (WriterException e) {
            throw Failure.problem("a code of " + text.length() + " characters fits into no QR code");
        }
        List<String> lines = new ArrayList<>();
        for (int y = -MARGIN; y < code.getHeight() + MARGIN; y += 2) {
            StringBuilder line = new StringBuilder();
            for (int x = -MARGIN; x < code.getWidth() + MARGIN; x++) {
                line.append(half(light(code, x, y), light(code, x, y + 1)));
            }
            lines.add(line.toString());
        }
        return lines;
    }

    private static boolean light(ByteMatrix code, int x, int y) {
        boolean inside = x >= 0 && y >= 0 && x < code.getWidth() && y < code.getHeight();
        return !inside || code.get(x, y) == 0;
    }

    private static char half(boolean upper, boolean lower) {
        if (upper) {
            return lower ? '█' : '▀';
        }
        return lower ? '▄' : ' ';
    }
}
