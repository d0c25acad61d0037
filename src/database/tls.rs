//! Encryption on the way to a server, as libpq's `sslmode` means it (manual: SSL Support).
//!
//! rustls is stricter than libpq in two points, in which this follows libpq: a certificate that stands in the file of
//! roots itself is trusted, even where it says that it is an authority, as those do that the manual's recipe makes; and
//! the common name stands in where a certificate has no other names.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{self, CryptoProvider, WebPkiSupportedAlgorithms};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};
use tokio_postgres_rustls::MakeRustlsConnect;
use x509_cert::Certificate;
use x509_cert::der::Decode as _;
use x509_cert::der::oid::db::rfc4519::COMMON_NAME;
use x509_cert::ext::pkix::SubjectAltName;

use super::error::{DatabaseError, Kind};

/// How a connection is encrypted.
pub(super) struct Encryption {
    pub(super) mode: SslMode,
    pub(super) roots: Roots,
    /// The files of the client's own certificate and key.
    pub(super) client: Option<(PathBuf, PathBuf)>,
}

/// `sslmode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SslMode {
    /// Never encrypted.
    Disable,
    /// Encrypted where the server insists.
    Allow,
    /// Encrypted where the server can.
    Prefer,
    /// Encrypted, with whoever it is.
    Require,
    /// Encrypted, with a certificate of an authority that is trusted.
    VerifyCa,
    /// And the certificate is made out to the host.
    VerifyFull,
}

/// Which authorities are trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Roots {
    /// Those that the system trusts.
    System,
    /// Those in a file.
    File(PathBuf),
}

/// How far a server's certificate is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Depth {
    Nothing,
    Authority,
    Name,
}

impl Encryption {
    /// Returns what tokio-postgres encrypts with.
    ///
    /// # Errors
    /// When a file of certificates can't be read.
    pub(super) fn connector(&self) -> Result<MakeRustlsConnect, DatabaseError> {
        let provider = Arc::new(crypto::ring::default_provider());
        let depth = match self.mode {
            SslMode::Disable | SslMode::Allow | SslMode::Prefer | SslMode::Require => {
                Depth::Nothing
            }
            SslMode::VerifyCa => Depth::Authority,
            SslMode::VerifyFull => Depth::Name,
        };
        let (roots, pinned) = match depth {
            Depth::Nothing => (RootCertStore::empty(), Vec::new()),
            Depth::Authority | Depth::Name => self.roots.read()?,
        };
        let verifier = Verifier::new(depth, roots, pinned, &provider);
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| fault(format!("encryption can't be set up: {error}")))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier));
        let mut config = match &self.client {
            None => builder.with_no_client_auth(),
            Some((certificate, key)) => {
                let chain = certificates(certificate)?;
                let secret = PrivateKeyDer::from_pem_file(key).map_err(|error| {
                    fault(format!("the key in `{}` can't be read: {error}", key.display()))
                        .with_help("write the key without a password, as PEM")
                })?;
                builder.with_client_auth_cert(chain, secret).map_err(|error| {
                    let shown = certificate.display();
                    fault(format!("the certificate in `{shown}` can't be used: {error}"))
                })?
            }
        };
        // Servers that are spoken to directly pick the protocol by it (manual: SSL Session Encryption).
        config.alpn_protocols = vec![b"postgresql".to_vec()];
        Ok(MakeRustlsConnect::new(config))
    }
}

fn fault(message: String) -> DatabaseError {
    DatabaseError::new(Kind::Encryption, message)
}

/// Reads the certificates of a file.
fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, DatabaseError> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let shown = path.display();
    let all = read.map_err(|error| {
        fault(format!("the certificates in `{shown}` can't be read: {error}"))
            .with_help("name a file in PEM format")
    })?;
    if all.is_empty() {
        return Err(fault(format!("there is no certificate in `{shown}`"))
            .with_help("name a file in PEM format"));
    }
    Ok(all)
}

impl Roots {
    fn read(&self) -> Result<(RootCertStore, Vec<CertificateDer<'static>>), DatabaseError> {
        let mut store = RootCertStore::empty();
        match self {
            Roots::File(path) => {
                let all = certificates(path)?;
                store.add_parsable_certificates(all.iter().cloned());
                Ok((store, all))
            }
            Roots::System => {
                let found = rustls_native_certs::load_native_certs();
                if found.certs.is_empty() {
                    let message =
                        "this system has no list of authorities that it trusts".to_owned();
                    let help =
                        "install it (Debian: ca-certificates), or name a file with `sslrootcert`";
                    return Err(fault(message).with_help(help));
                }
                store.add_parsable_certificates(found.certs);
                Ok((store, Vec::new()))
            }
        }
    }
}

/// Looks at the certificate of a server.
#[derive(Debug)]
struct Verifier {
    depth: Depth,
    roots: RootCertStore,
    /// Certificates that are trusted as they are.
    pinned: Vec<CertificateDer<'static>>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Verifier {
    fn new(
        depth: Depth,
        roots: RootCertStore,
        pinned: Vec<CertificateDer<'static>>,
        provider: &CryptoProvider,
    ) -> Self {
        let algorithms = provider.signature_verification_algorithms;
        Verifier { depth, roots, pinned, algorithms }
    }

    fn check_authority(
        &self,
        certificate: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<(), rustls::Error> {
        if self.pinned.iter().any(|it| it == certificate) {
            return check_dates(certificate, now);
        }
        let parsed = ParsedCertificate::try_from(certificate)?;
        let algorithms = self.algorithms.all;
        let found = verify_server_cert_signed_by_trust_anchor(
            &parsed,
            &self.roots,
            between,
            now,
            algorithms,
        );
        found.map_err(|error| {
            if is_of_itself(certificate) { CertificateError::UnknownIssuer.into() } else { error }
        })
    }
}

fn parse(certificate: &CertificateDer<'_>) -> Result<Certificate, rustls::Error> {
    Certificate::from_der(certificate).map_err(|_| CertificateError::BadEncoding.into())
}

/// Tells whether a certificate is signed by nobody else.
fn is_of_itself(certificate: &CertificateDer<'_>) -> bool {
    parse(certificate).is_ok_and(|it| it.tbs_certificate.issuer == it.tbs_certificate.subject)
}

fn check_dates(certificate: &CertificateDer<'_>, now: UnixTime) -> Result<(), rustls::Error> {
    let validity = parse(certificate)?.tbs_certificate.validity;
    let now = Duration::from_secs(now.as_secs());
    if now < validity.not_before.to_unix_duration() {
        return Err(CertificateError::NotValidYet.into());
    }
    if validity.not_after.to_unix_duration() < now {
        return Err(CertificateError::Expired.into());
    }
    Ok(())
}

/// Checks that a certificate is made out to a host.
fn check_name(
    certificate: &CertificateDer<'_>,
    host: &ServerName<'_>,
) -> Result<(), rustls::Error> {
    let by_names = verify_server_name(&ParsedCertificate::try_from(certificate)?, host);
    let Err(error) = by_names else { return Ok(()) };
    let body = parse(certificate)?.tbs_certificate;
    let has_names = body.get::<SubjectAltName>().map_or(true, |names| names.is_some());
    let parts = body.subject.0.iter().flat_map(|part| part.0.iter());
    let common = parts.rev().find(|it| it.oid == COMMON_NAME);
    let common = common.and_then(|it| std::str::from_utf8(it.value.value()).ok());
    match common {
        Some(common) if !has_names && is_name_of(common, &host.to_str()) => Ok(()),
        Some(_) | None => Err(error),
    }
}

/// Tells whether a name of a certificate, which may begin with `*.`, is that of a host.
fn is_name_of(name: &str, host: &str) -> bool {
    let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
    match (name.strip_prefix("*."), host.split_once('.')) {
        (Some(domain), Some((_, rest))) => same(domain, rest),
        (Some(_), None) => false,
        (None, _) => same(name, host),
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        host: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        match self.depth {
            Depth::Nothing => {}
            Depth::Authority => self.check_authority(certificate, between, now)?,
            Depth::Name => {
                self.check_authority(certificate, between, now)?;
                check_name(certificate, host)?;
            }
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        crypto::verify_tls12_signature(message, certificate, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        crypto::verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
