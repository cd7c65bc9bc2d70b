/* A camera turned about itself: each pixel of the tilted picture is looked up in a wider level one,
 * bilinearly. */
#include "raycast.h"

static void blend(const uint8_t *level, int wide, int tall, float x, float y, float gain, uint8_t *out) {
    x = fminf(fmaxf(x, 0), wide - 1.001f), y = fminf(fmaxf(y, 0), tall - 1.001f);
    int ix = (int)x, iy = (int)y;
    float fx = x - ix, fy = y - iy;
    const uint8_t *a = level + 3 * ((size_t)iy * wide + ix), *b = a + 3 * (size_t)wide;
    for (int c = 0; c < 3; c++) {
        float top = a[c] + (a[c + 3] - a[c]) * fx, low = b[c] + (b[c + 3] - b[c]) * fx;
        float value = (top + (low - top) * fy) * gain + 0.5f;
        out[c] = value > 255 ? 255 : (uint8_t)value;
    }
}

/* level [F, tall, wide, 3] of half-view `view`; held [F, 3]: pitch up, roll to the right (radians), log gain;
 * out [F, height, width, 3]. */
void tilt_frames(const uint8_t *level, int wide, int tall, float view, const float *held, int frames,
                 int width, int height, uint8_t *out) {
    float focal = 0.5f * width, wide_focal = 0.5f * wide / view;
    for (int frame = 0; frame < frames; frame++, held += 3, level += (size_t)3 * wide * tall) {
        float cp = cosf(held[0]), sp = sinf(held[0]), cr = cosf(held[1]), sr = sinf(held[1]),
              gain = expf(held[2]);
        for (int row = 0; row < height; row++)
            for (int column = 0; column < width; column++, out += 3) {
                float x = (column + 0.5f - 0.5f * width) / focal, y = (row + 0.5f - 0.5f * height) / focal;
                float rx = cr * x - sr * y, ry = sr * x + cr * y, depth = cp + sp * ry;
                blend(level, wide, tall, rx / depth * wide_focal + 0.5f * wide - 0.5f,
                      (cp * ry - sp) / depth * wide_focal + 0.5f * tall - 0.5f, gain, out);
            }
    }
}
