import { Module } from '@nestjs/common';
import { ContentService } from './content.service.js';
import { VideosController } from './videos.controller.js';
import { VideosService } from './videos.service.js';

@Module({
  controllers: [VideosController],
  providers: [VideosService, ContentService],
  exports: [VideosService],
})
export class VideosModule {}
