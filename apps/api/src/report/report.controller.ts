import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { reportSchema, type Report } from '@loci/contracts';
import { Keyed, Problems, Returns } from '../openapi/decorators.js';
import { ReportService } from './report.service.js';

@ApiTags('service')
@Keyed()
@Controller('v1/report')
export class ReportController {
  constructor(@Inject(ReportService) private readonly reports: ReportService) {}

  @Get()
  @ApiOperation({
    summary: 'What was measured of the shipped model, and on what world',
    description: 'Scores on drawn rooms are not to be compared with those of benchmarks on real footage.',
  })
  @Returns(200, reportSchema, 'The report')
  @Problems('not-found')
  getReport(): Promise<Report> {
    return this.reports.get();
  }
}
