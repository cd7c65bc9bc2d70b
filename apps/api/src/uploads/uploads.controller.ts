import type { ServerResponse } from 'node:http';
import {
  Controller,
  Delete,
  Head,
  Header,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  LociError,
  PART_CONTENT_TYPE,
  TUS_VERSION,
  byteCountSchema,
  idSchema,
  type Video,
} from '@loci/contracts';
import { Tenant } from '../auth/auth.guard.js';
import { disconnection, header, type ApiRequest } from '../http/request.js';
import { Keyed, Problems } from '../openapi/decorators.js';
import { StoresVideo, tellStored } from '../videos/stored-video.js';
import { TusGuard } from './tus.guard.js';
import { UploadsService } from './uploads.service.js';

const uploadId = { schema: idSchema('upload') };
const count = (name: string, description: string) => ({
  name,
  required: true,
  description,
  schema: { type: 'string' as const, pattern: String.raw`^\d{1,15}$` },
});
const VERSION = { name: 'Tus-Resumable', required: true, schema: { type: 'string', enum: [TUS_VERSION] } };

/** Uploads that go on where they broke off: tus 1.0, core with creation and termination. */
@ApiTags('videos')
@Keyed()
@Controller('v1/uploads')
export class UploadsController {
  constructor(@Inject(UploadsService) private readonly uploads: UploadsService) {}

  @Post()
  @UseGuards(TusGuard)
  @Header('tus-resumable', TUS_VERSION)
  @ApiOperation({ summary: 'Begin an upload in parts, as tus clients do' })
  @ApiHeader(VERSION)
  @ApiHeader(count('Upload-Length', 'bytes of the whole file'))
  @ApiHeader({ name: 'Upload-Metadata', required: false, schema: { type: 'string' } })
  @ApiResponse({ status: 201, description: 'It can be sent to the address in `Location`' })
  @Problems('invalid-request', 'tus-version', 'video-too-large')
  async createUpload(
    @Tenant() tenant: string,
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<void> {
    const bytes = byteCount(request, 'upload-length');
    const id = await this.uploads.create(tenant, bytes, header(request, 'upload-metadata'));
    response.setHeader('location', `/v1/uploads/${id}`);
  }

  @Head(':id')
  @HttpCode(200)
  @UseGuards(TusGuard)
  @Header('tus-resumable', TUS_VERSION)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'From which byte an upload goes on' })
  @ApiHeader(VERSION)
  @ApiResponse({ status: 200, description: 'It is in `Upload-Offset`' })
  @Problems('not-found', 'tus-version')
  async headUpload(
    @Tenant() tenant: string,
    @Param('id', uploadId) id: string,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<void> {
    const { offset, bytes, metadata } = await this.uploads.get(tenant, id);
    response.setHeader('upload-offset', offset);
    response.setHeader('upload-length', bytes);
    if (metadata !== null) response.setHeader('upload-metadata', metadata);
  }

  @Patch(':id')
  @HttpCode(204)
  @UseGuards(TusGuard)
  @Header('tus-resumable', TUS_VERSION)
  @ApiOperation({ summary: 'Send the next part of an upload; of one that breaks off, what has come is kept' })
  @ApiConsumes(PART_CONTENT_TYPE)
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiHeader(VERSION)
  @ApiHeader(count('Upload-Offset', 'the first byte of the part'))
  @ApiResponse({ status: 204, description: 'It is kept; the next one begins at `Upload-Offset`' })
  @Problems('invalid-request', 'not-found', 'offset-mismatch', 'tus-version', 'unsupported-media-type')
  async appendUpload(
    @Tenant() tenant: string,
    @Param('id', uploadId) id: string,
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<void> {
    if (header(request, 'content-type') !== PART_CONTENT_TYPE)
      throw new LociError('unsupported-media-type', `Send a part as ${PART_CONTENT_TYPE}`);
    const start = byteCount(request, 'upload-offset');
    response.setHeader('upload-offset', await this.uploads.append(tenant, id, start, request));
  }

  @Delete(':id')
  @HttpCode(204)
  @UseGuards(TusGuard)
  @Header('tus-resumable', TUS_VERSION)
  @ApiOperation({ summary: 'Give an upload up' })
  @ApiHeader(VERSION)
  @ApiResponse({ status: 204, description: 'It is gone' })
  @Problems('not-found', 'tus-version')
  deleteUpload(@Tenant() tenant: string, @Param('id', uploadId) id: string): Promise<void> {
    return this.uploads.remove(tenant, id);
  }

  @Post(':id/video')
  @ApiOperation({ summary: 'Make an upload that is complete a video' })
  @StoresVideo('not-found', 'not-ready')
  async finishUpload(
    @Tenant() tenant: string,
    @Param('id', uploadId) id: string,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<Video> {
    return tellStored(response, await this.uploads.finish(tenant, id, disconnection(response)));
  }
}

/** @throws LociError 'invalid-request' for a header that is missing or no count of bytes */
function byteCount(request: ApiRequest, name: string): number {
  const count = byteCountSchema.safeParse(header(request, name));
  if (!count.success) throw new LociError('invalid-request', `The header ${name} must be a count of bytes`);
  return Number(count.data);
}
