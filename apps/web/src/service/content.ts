/** Where a player finds the clip of a video. */
export const useContentAddress = (videoId: string): string => `/v1/videos/${videoId}/content`;
