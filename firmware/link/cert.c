#include "firmware/link/cert.h"

#include <errno.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>

int cert_days_left(const char *path, uint32_t *days)
{
	FILE *file = fopen(path, "re");
	X509 *cert;
	int day, second, r = -EBADMSG;

	if (!file)
		return -errno;
	cert = PEM_read_X509(file, NULL, NULL, NULL);
	if (cert && ASN1_TIME_diff(&day, &second, NULL, X509_get0_notAfter(cert)) == 1) {
		*days = day > 0 ? (uint32_t)day : 0;
		r = 0;
	}
	X509_free(cert);
	fclose(file);
	return r;
}
