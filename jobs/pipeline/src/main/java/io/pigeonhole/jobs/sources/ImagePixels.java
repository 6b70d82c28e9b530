package io.pigeonhole.jobs.sources;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF4;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/**
 * The SQL function {@code image_pixels(content, height, width, channels)} for the queries of sources: the bytes of a
 * PNG, JPEG, GIF or BMP file become a byte for each pixel and channel, by rows, columns and channels (1: grey, 3: red,
 * green, blue). If the image has another size, each pixel is the mean of those that it covers. Content that is not such
 * an image becomes null.
 */
final class ImagePixels implements UDF4<byte[], Integer, Integer, Integer, byte[]> {

    private static final long serialVersionUID = 1L;

    static final String NAME = "image_pixels";

    /** Larger images are not decoded, since a small file can claim any size. */
    private static final long MOST_PIXELS = 100_000_000;

    static void register(SparkSession spark) {
        if (spark.catalog().functionExists(NAME)) {
            return;
        }
        spark.udf().register(NAME, new ImagePixels(), DataTypes.BinaryType);
    }

    @Override
    public byte @Nullable [] call(byte @Nullable [] content, Integer height, Integer width, Integer channels) {
        if (content == null) {
            return null;
        }
        if (height < 1 || width < 1 || (channels != 1 && channels != 3)) {
            throw new IllegalArgumentException(NAME + " takes a height and a width above 0, and 1 or 3 channels, not "
                    + height + ", " + width + " and " + channels);
        }
        BufferedImage image = decode(content);
        return image == null ? null : scaled(image, height, width, channels);
    }

    private static @Nullable BufferedImage decode(byte[] content) {
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(content))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                return null;
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                return (long) reader.getWidth(0) * reader.getHeight(0) > MOST_PIXELS ? null : reader.read(0);
            } finally {
                reader.dispose();
            }
        } catch (IOException | RuntimeException e) { // the readers throw various exceptions on damaged files
            return null;
        }
    }

    private static byte[] scaled(BufferedImage image, int height, int width, int channels) {
        byte[] pixels = new byte[height * width * channels];
        for (int row = 0; row < height; row++) {
            int top = (int) ((long) row * image.getHeight() / height);
            int bottom = Math.max(top + 1, (int) ((row + 1L) * image.getHeight() / height));
            for (int column = 0; column < width; column++) {
                int left = (int) ((long) column * image.getWidth() / width);
                int right = Math.max(left + 1, (int) ((column + 1L) * image.getWidth() / width));
                double[] mean = mean(image, top, bottom, left, right);
                int at = (row * width + column) * channels;
                if (channels == 1) {
                    // luma of ITU-R BT.601, as in JPEG
                    pixels[at] = (byte) Math.round(0.299 * mean[0] + 0.587 * mean[1] + 0.114 * mean[2]);
                } else {
                    for (int channel = 0; channel < channels; channel++) {
                        pixels[at + channel] = (byte) Math.round(mean[channel]);
                    }
                }
            }
        }
        return pixels;
    }

    /** The mean of red, green and blue. */
    private static double[] mean(BufferedImage image, int top, int bottom, int left, int right) {
        // Java's grey is linear: converted to a colour, it would become brighter than in the file
        boolean grey = image.getType() == BufferedImage.TYPE_BYTE_GRAY;
        double[] means = new double[3];
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                int colour = grey ? image.getRaster().getSample(x, y, 0) * 0x010101 : image.getRGB(x, y);
                means[0] += colour >> 16 & 0xff;
                means[1] += colour >> 8 & 0xff;
                means[2] += colour & 0xff;
            }
        }
        int count = (bottom - top) * (right - left);
        for (int channel = 0; channel < 3; channel++) {
            means[channel] /= count;
        }
        return means;
    }
}
