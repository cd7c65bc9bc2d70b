import type { ServerResponse } from 'node:http';
import { applyDecorators } from '@nestjs/common';
import { videoSchema, type ProblemName, type Video } from '@loci/contracts';
import { Problems, Returns } from '../openapi/decorators.js';

/** Why the bytes of a clip may be refused. */
const CLIP_PROBLEMS: readonly ProblemName[] = [
  'not-a-video',
  'no-video-track',
  'no-frames',
  'video-too-long',
  'video-too-many-pixels',
];

/** Documents a route that makes a clip a video. */
export const StoresVideo = (...problems: ProblemName[]) =>
  applyDecorators(
    Returns(201, videoSchema, 'The video', { location: 'Address of the video' }),
    Returns(200, videoSchema, 'The same bytes were here already: the video that has them'),
    Problems(...problems, ...CLIP_PROBLEMS),
  );

/** Answers with the video that a clip has become. */
export function tellStored(
  response: ServerResponse,
  { video, created }: { video: Video; created: boolean },
): Video {
  response.statusCode = created ? 201 : 200;
  response.setHeader('location', `/v1/videos/${video.id}`);
  return video;
}
