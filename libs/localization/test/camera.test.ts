import type { Camera, Trajectory } from '@loci/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CameraError, decodeCamera, encodeCamera, givenCamera, storedCamera } from '../src/index.js';

const CLIP = { width: 640, height: 480, startS: 1, durationS: 4, frames: 8, fps: 2 };
const MODEL = {
  preprocessing: { fit: 'crop', color: 'rgb', fov_deg: 90 },
  sizes: { width: 128, height: 96 },
} as Parameters<typeof givenCamera>[2];

interface Pose {
  t_s: number;
  position: [number, number, number];
  quaternion: [number, number, number, number];
}

/** A camera that walks along x and turns right by 0.1 rad a step. */
const walked = (steps = 9): Pose[] =>
  Array.from({ length: steps }, (_, step) => ({
    t_s: 1 + step / 2,
    position: [step / 4, 0, 0.5],
    quaternion: [0, Math.sin(step / 20), 0, Math.cos(step / 20)],
  }));
const COMMON = { metres_per_unit: 1 };
const asJson = (poses: Pose[]): Trajectory => ({ format: 'json', poses, ...COMMON });
const asTum = (poses: Pose[]): Trajectory => ({
  format: 'tum',
  text: `# time, place, turn\n${poses
    .map(({ t_s, position, quaternion }) => [t_s, ...position, ...quaternion].join(' '))
    .join('\n')}\n`,
  ...COMMON,
});
/** World-to-camera: q⁻¹, and −q⁻¹ · position. */
const asColmap = (poses: Pose[]): Trajectory => {
  const lines = poses.map(({ position: [x, , z], quaternion: [, sine, , cosine] }, index) => {
    const [s, c] = [2 * sine * cosine, cosine * cosine - sine * sine];
    const translation = [-(c * x - s * z), 0, -(s * x + c * z)];
    return `${index + 1} ${cosine} 0 ${-sine} 0 ${translation.join(' ')} 1 walk 7/frame_${index + 1}.png\n\n`;
  });
  return { format: 'colmap', text: lines.join(''), frame_rate: 2, first_number: 1, ...COMMON };
};

const posesOf = (trajectory: Trajectory, clip = CLIP): number[] => [
  ...(givenCamera({ trajectory }, clip, MODEL).poses ?? []),
];
const placesOf = (poses: number[]): number[][] =>
  Array.from({ length: poses.length / 16 }, (_, frame) =>
    [3, 7, 11].map((at) => poses[16 * frame + at] ?? NaN),
  );
const expectClose = (found: number[], wanted: number[]) => {
  expect(found).toHaveLength(wanted.length);
  found.forEach((value, index) => expect(value).toBeCloseTo(wanted[index] ?? NaN, 5));
};

describe('a trajectory', () => {
  it('is the same as TUM text, as COLMAP’s images.txt and as JSON', () => {
    const wanted = posesOf(asJson(walked()));
    expectClose(posesOf(asTum(walked())), wanted);
    expectClose(posesOf(asColmap(walked())), wanted);
  });

  it('is told in the world of the first frame’s camera', () => {
    const turned = walked().map(({ t_s, position: [x, y, z] }): Pose => ({
      t_s,
      position: [x, y, z],
      quaternion: [0, Math.SQRT1_2, 0, Math.SQRT1_2],
    }));
    const places = placesOf(posesOf(asJson(turned)));
    expect(places[0]?.map((value) => value + 0)).toEqual([0, 0, 0]);
    // it looks along x, so its way along x is ahead
    expectClose(places[4] ?? [], [0, 0, 1]);
  });

  it('in other units is told in metres', () =>
    expectClose(
      posesOf({ ...asJson(walked()), metres_per_unit: 2 }).filter((_, cell) => cell % 16 === 3),
      posesOf(asJson(walked()))
        .filter((_, cell) => cell % 16 === 3)
        .map((x) => 2 * x),
    ));

  it('goes straight and turns steadily between two poses', () => {
    const sparse = walked().filter((_, step) => step % 4 === 0);
    expectClose(posesOf(asJson(sparse)), posesOf(asJson(walked())));
  });

  it('is made level where it says which way is up', () =>
    fc.assert(
      fc.property(fc.double({ min: -1.2, max: 1.2, noNaN: true }), (pitch) => {
        // z is up; the camera looks along y, pitched
        const half = (-Math.PI / 2 + pitch) / 2;
        const poses = walked().map(({ t_s, position: [x, y, z] }): Pose => ({
          t_s,
          position: [x, z + y, x],
          quaternion: [Math.sin(half), 0, 0, Math.cos(half)],
        }));
        const places = placesOf(posesOf({ ...asJson(poses), up: [0, 0, 1] }));
        // x stays right, what rises goes against y
        expectClose(places[4] ?? [], [1, -1, 0]);
      }),
    ));

  const faulty: [string, Trajectory, RegExp][] = [
    ['has no poses', asJson([]), /has no poses/],
    [
      'has a word that is no number',
      { ...asTum(walked()), text: '1 0 0 x 0 0 0 1' } as Trajectory,
      /Line 1 should/,
    ],
    [
      'has a number that is not finite',
      { ...asTum(walked()), text: '1 0 0 Infinity 0 0 0 1' } as Trajectory,
      /Line 1/,
    ],
    [
      'lacks a value',
      { ...asTum(walked()), text: '1 0 0 0 0 0 1' } as Trajectory,
      /Line 1 should hold 8 numbers/,
    ],
    [
      'begins before the video',
      asJson(walked().map((pose) => ({ ...pose, t_s: pose.t_s - 0.5 }))),
      /at 0.5 s, but/,
    ],
    ['ends after the video', asJson(walked(12)), /at 5.5 s, but the video is shown from 1 s to 5 s/],
    ['ends too early', asJson(walked(4)), /No pose is given from 2.5 s/],
    [
      'has a hole',
      asJson(walked().filter((_, step) => step < 2 || step > 6)),
      /No pose is given from 1.5 s to 4.5 s/,
    ],
    ['tells a moment twice', asJson([...walked(), ...walked(1)]), /Two poses are given for 1 s/],
    [
      'turns by what is no rotation',
      asJson(walked().map((pose) => ({ ...pose, quaternion: [0, 0, 0, 1.1] }))),
      /Pose 1 has a quaternion of length 1.100/,
    ],
    [
      'turns by nothing',
      { ...asColmap(walked()), text: '1 0 0 0 0 0 0 0 1 frame_1.png\n' } as Trajectory,
      /Pose 1 has a quaternion of length 0.000/,
    ],
    ['goes to the moon', { ...asJson(walked()), metres_per_unit: 1e9 }, /from the origin/],
    [
      'names pictures without numbers',
      { ...asColmap(walked()), text: '1 1 0 0 0 0 0 0 1 door.png\n' } as Trajectory,
      /“door.png” has no number/,
    ],
    ['says up without a direction', { ...asJson(walked()), up: [0, 0, 0] }, /`up` has no length/],
  ];
  it.each(faulty)('that %s is refused', (_, trajectory, message) => {
    const given = () => givenCamera({ trajectory }, CLIP, MODEL);
    expect(given).toThrow(CameraError);
    expect(given).toThrow(message);
  });
});

describe('a lens', () => {
  const lensOf = (camera: Camera, clip = CLIP) => givenCamera(camera, clip, MODEL).lens;

  it('that is the model’s own changes nothing', () => {
    const lens = lensOf({ fov_deg: 90 });
    for (const value of [lens?.xx, lens?.yy, lens?.zz]) expect(value).toBeCloseTo(1, 12);
    for (const value of [lens?.xz, lens?.yz]) expect(value).toBeCloseTo(0, 12);
  });

  it('that is twice as long puts things twice as far, as wide as they were', () => {
    const lens = lensOf({ intrinsics: { fx: 640, fy: 640, cx: 320, cy: 240, width: 640, height: 480 } });
    expectClose([lens?.xx ?? NaN, lens?.yy ?? NaN, lens?.zz ?? NaN], [1, 1, 2]);
  });

  it('of a wider picture counts for the middle that the model sees', () => {
    const wide = { ...CLIP, width: 1280 };
    // the frame is the middle half: its field of view is half as wide, in tangents
    const lens = lensOf({ fov_deg: 2 * Math.atan(2) * (180 / Math.PI) }, { ...wide, height: 480 });
    expect(lens?.zz).toBeCloseTo(1, 12);
  });

  it('off the middle moves what it shows', () => {
    const lens = lensOf({ intrinsics: { fx: 320, fy: 320, cx: 352, cy: 240, width: 640, height: 480 } });
    expect(lens?.xz).toBeCloseTo(-0.1, 12);
  });

  it.each([1e-300, 1e-3, 1e5, 1e300])('of a focal length of %f pixels is refused', (focal) => {
    const intrinsics = { fx: 320, fy: 320, cx: 320, cy: 240, width: 640, height: 480 };
    for (const far of [{ fx: focal }, { fy: focal }])
      expect(() => lensOf({ intrinsics: { ...intrinsics, ...far } })).toThrow(/sees .*° across 640 pixels/);
  });

  it('of another picture, or of a model that knows no lens, is refused', () => {
    const intrinsics = { fx: 320, fy: 320, cx: 352, cy: 240, width: 640, height: 360 };
    expect(() => lensOf({ intrinsics })).toThrow(/another shape/);
    const { fov_deg, ...preprocessing } = MODEL.preprocessing;
    expect(fov_deg).toBe(90);
    expect(() => givenCamera({ fov_deg: 60 }, CLIP, { ...MODEL, preprocessing })).toThrow(/does not say/);
  });
});

describe('a stored camera', () => {
  const camera = givenCamera({ trajectory: asJson(walked()), fov_deg: 60 }, CLIP, MODEL);
  const chunks = [
    { start: 0, end: 5 },
    { start: 3, end: 8 },
  ];

  it('has each chunk’s poses and the lens, bit for bit', () => {
    const [, second] = storedCamera(camera, chunks).chunks.map(decodeCamera);
    expect(second).toEqual({ lens: camera.lens, path: null, poses: camera.poses?.slice(48) });
    expect(decodeCamera(encodeCamera({ lens: null, poses: null, path: null }))).toEqual({
      ...{ lens: null, poses: null, path: null },
    });
  });

  it('has the digest of what it says, in whatever words', () => {
    const digest = storedCamera(camera, chunks).sha256;
    const again = givenCamera({ trajectory: asTum(walked()), fov_deg: 60 }, CLIP, MODEL);
    expect(storedCamera(again, chunks).sha256).toBe(digest);
    const other = givenCamera({ trajectory: asTum(walked()) }, CLIP, MODEL);
    expect(storedCamera(other, chunks).sha256).not.toBe(digest);
  });

  it('says by what eyes see along its path, where its lens is known and they are there', () => {
    const given = { trajectory: asJson(walked()), fov_deg: 60 };
    const seeing = givenCamera(given, CLIP, MODEL, 'keypoints', 'things');
    expect(decodeCamera(encodeCamera(seeing))).toEqual(seeing);
    expect(seeing).toMatchObject({ path: null, eyes: { keypoints: 'keypoints', things: 'things' } });
    expect(givenCamera(given, CLIP, MODEL, 'keypoints')).toEqual(camera);
    const blind = givenCamera({ trajectory: given.trajectory }, CLIP, MODEL, 'keypoints', 'things');
    expect(blind.eyes).toBeUndefined();
  });
});

describe('a camera whose path is estimated', () => {
  const CAMERA: Camera = { fov_deg: 90, path: 'estimated', height_m: 1.2 };

  it('is kept with its lens, its height and the graph that finds keypoints', () => {
    const camera = givenCamera(CAMERA, CLIP, MODEL, 'graph');
    expect(camera.path).toEqual({
      pinhole: {
        fx: expect.closeTo(1 / 2, 9) as number,
        fy: expect.closeTo(2 / 3, 9) as number,
        cx: 0.5,
        cy: 0.5,
      },
      heightM: 1.2,
      keypoints: 'graph',
    });
    expect(decodeCamera(encodeCamera(camera))).toEqual(camera);
    const sha = (given: typeof camera) => storedCamera(given, [{ start: 0, end: 8 }]).sha256;
    expect(sha(givenCamera(CAMERA, CLIP, MODEL, 'another'))).not.toBe(sha(camera));
    // with eyes it is another memory
    const seeing = givenCamera(CAMERA, CLIP, MODEL, 'graph', 'eyes');
    expect(decodeCamera(encodeCamera(seeing)).path).toEqual({ ...camera.path, things: 'eyes' });
    expect(sha(seeing)).not.toBe(sha(camera));
  });

  it('has a lens as people’s cameras have it where none is told, and says that it is a guess', () => {
    const camera = givenCamera({ path: 'estimated' }, CLIP, MODEL, 'graph');
    expect(camera.path?.isGuess).toBe(true);
    expect(camera.lens).toBeNull();
    expect(decodeCamera(encodeCamera(camera))).toEqual(camera);
    // 65° from side to side of the longer side, held upright or not
    const upright = givenCamera({ path: 'estimated' }, { ...CLIP, width: 360, height: 640 }, MODEL, 'graph');
    expect(upright.path?.pinhole.fy).toBeCloseTo(0.5 / Math.tan((32.5 * Math.PI) / 180), 9);
    expect(upright.path?.pinhole.fx).toBeCloseTo((upright.path?.pinhole.fy ?? NaN) * (640 / 360), 9);
  });

  it('is refused where nothing finds keypoints', () => {
    expect(() => givenCamera(CAMERA, CLIP, MODEL)).toThrow(CameraError);
  });
});
