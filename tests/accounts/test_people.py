"""Roles come with the person."""


def test_roles_come_with_the_person_in_one_query(client_of, mo, django_assert_num_queries):
    from livinglab.accounts.backends import PersonBackend
    from livinglab.accounts.roles import Role

    with django_assert_num_queries(1):
        person = PersonBackend().get_user(mo.pk)
        assert person is not None
        assert person.has_role(Role.MODERATOR)
        assert not person.has_role(Role.EVALUATOR)
        assert person.has_role(Role.RESIDENT)
