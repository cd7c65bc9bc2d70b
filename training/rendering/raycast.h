/* Shared layout of the renderer's arrays. Every array is float32 and is packed by scenes.py.
 *
 * Axes: x right, y down, z forward, metres; the floor is y = 0 and the level camera is at y = -1.5, so that a
 * screen column is one vertical plane. Buffers of samples are column-major: sample (x, y) lies at x * height
 * + y. */
#ifndef LOCI_RAYCAST_H
#define LOCI_RAYCAST_H

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define CAMERA_Y (-1.5f)
#define PART_FLOATS 12
#define MATERIAL_FLOATS 12
#define LIGHT_FLOATS 6
#define LIGHTMAP 48

enum { BOX = 0, CYLINDER = 1, SPHEROID = 2 };
enum { FACE_RIGHT, FACE_LEFT, FACE_FRONT, FACE_BACK, FACE_TOP, FACE_BOTTOM, FACE_ROUND };
/* A sample's id: 0..3 walls (+z, +x, -z, -x), 4 floor, 5 ceiling, else 8 * (part + 1) + face. */
enum { ROOM_FLOOR = 4, ROOM_CEILING = 5 };

typedef struct {
    float kind, x, z, half_w, half_d, top, bottom, cosine, sine, object, category, material;
} Part;

typedef struct {
    float width, depth, height, ambient[3], exposure, light_count;
} Room;

typedef struct {
    float a[3], b[3], repeats, texture, emission, gloss, stretch, phase;
} Material;

typedef struct {
    float x, y, z, red, green, blue;
} Light;

/* Which part each sample's ray meets first, and its depth along z. Both buffers hold width * height samples.
 * `view` is the tangent of half the horizontal field of view: 1 is 90 degrees. */
void cast_frame(const Part *parts, int part_count, const Room *room, const float pose[3], float view,
                int width, int height, float *depth, int32_t *ids);

#endif
