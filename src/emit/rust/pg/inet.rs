/// An `inet` or `cidr`: an address with the length of its network's prefix.
DERIVE(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)
pub struct Inet {
    /// The address.
    pub address: std::net::IpAddr,
    /// The bits of the network: 32 or 128 for a single host.
    pub prefix: u8,
}

impl From<std::net::IpAddr> for Inet {
    fn from(address: std::net::IpAddr) -> Self {
        let prefix = if address.is_ipv4() { 32 } else { 128 };
        Inet { address, prefix }
    }
}

impl<'a> FromSql<'a> for Inet {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Read<Self> {
        let mut raw = raw;
        let [family, prefix, _cidr, _length] = take(&mut raw)?;
        let address = match family {
            2 => std::net::IpAddr::from(take::<4>(&mut raw)?),
            _ => std::net::IpAddr::from(take::<16>(&mut raw)?),
        };
        Ok(Inet { address, prefix })
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::INET || *ty == Type::CIDR
    }
}

impl ToSql for Inet {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Written {
        let cidr = u8::from(*ty == Type::CIDR);
        match self.address {
            std::net::IpAddr::V4(it) => {
                out.extend_from_slice(&[2, self.prefix, cidr, 4]);
                out.extend_from_slice(&it.octets());
            }
            std::net::IpAddr::V6(it) => {
                out.extend_from_slice(&[3, self.prefix, cidr, 16]);
                out.extend_from_slice(&it.octets());
            }
        }
        Ok(IsNull::No)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::INET || *ty == Type::CIDR
    }

    to_sql_checked!();
}
