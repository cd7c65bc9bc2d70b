import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { LociError, TUS_VERSION } from '@loci/contracts';
import { header, type ApiRequest } from '../http/request.js';

/** Admits requests in the version of tus that is spoken here. */
@Injectable()
export class TusGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<ApiRequest>();
    if (header(request, 'tus-resumable') === TUS_VERSION) return true;
    throw new LociError('tus-version', `Send Tus-Resumable: ${TUS_VERSION}`);
  }
}
