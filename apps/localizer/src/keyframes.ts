import { selectKeyframes } from '@loci/localization';
import type { Reply, Request } from './method.js';
import { booleanTensor, firstAxis, floats } from './tensor-arguments.js';

/** Which frames of a whole tour show something new. */
export function keyframes({ tensors }: Request): Reply {
  const poses = floats(tensors, 'poses', [null, 4, 4]);
  const times = floats(tensors, 'times', [firstAxis(tensors, 'poses')]);
  return {
    result: {},
    tensors: { keyframe: booleanTensor(selectKeyframes([], poses, times).keyframes) },
  };
}
