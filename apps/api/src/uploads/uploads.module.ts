import { Module } from '@nestjs/common';
import { VideosModule } from '../videos/videos.module.js';
import { UploadsController } from './uploads.controller.js';
import { UploadsService } from './uploads.service.js';

@Module({
  imports: [VideosModule],
  controllers: [UploadsController],
  providers: [UploadsService],
})
export class UploadsModule {}
