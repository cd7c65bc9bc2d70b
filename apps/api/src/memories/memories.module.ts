import { Module } from '@nestjs/common';
import { ModelsModule } from '../models/models.module.js';
import { MapService } from './map.service.js';
import { MemoriesController } from './memories.controller.js';
import { MemoriesService } from './memories.service.js';

@Module({
  imports: [ModelsModule],
  controllers: [MemoriesController],
  providers: [MemoriesService, MapService],
  exports: [MemoriesService],
})
export class MemoriesModule {}
